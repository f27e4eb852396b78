// The captions as a list to write in.
import { clean } from "/static/captions.js";
import { time } from "/static/player.js";

export class List extends EventTarget {
  constructor(captions) {
    super();
    this.captions = captions;
    this.list = document.getElementById("cues");
    this.count = document.getElementById("count");
    const where = captions.waiting ? "This is the draft before the change, to be read only" : `Corrections are saved in ${captions.file}`;
    document.getElementById("file").textContent = where;
    this.template = document.getElementById("cue").content.firstElementChild;
    this.items = new Map();
    this.current = 0;
    this.listen();
    this.showAll();
    captions.addEventListener("changed", (event) => this.changed(event.detail));
    captions.addEventListener("rules", (event) => this.showRules(event.detail));
  }

  // --- showing ---

  showAll() {
    this.list.replaceChildren(...this.captions.order.map((id) => this.item(id)));
    this.counted();
  }

  item(id) {
    const item = this.template.cloneNode(true);
    item.dataset.id = id;
    item.querySelector("textarea").readOnly = Boolean(this.captions.waiting);
    this.items.set(id, item);
    this.show(id);
    return item;
  }

  changed({ touched, settled, moved }) {
    if (moved) this.arrange();
    for (const id of touched) if (this.items.has(id)) this.show(id, settled);
    this.counted();
  }

  // Captions that came, went or changed places; the others stay as they are on the page.
  arrange() {
    const there = new Set(this.captions.order);
    for (const [id, item] of this.items) {
      if (there.has(id)) continue;
      item.remove();
      this.items.delete(id);
    }
    let before = null;
    for (const id of this.captions.order) {
      const item = this.items.get(id) || this.item(id);
      const wanted = before ? before.nextSibling : this.list.firstChild;
      if (wanted !== item) this.list.insertBefore(item, wanted);
      before = item;
    }
  }

  counted() {
    const { order, waiting } = this.captions;
    if (waiting) {
      this.count.textContent = waiting;
      return;
    }
    const open = order.filter((id) => this.captions.toLookAt(id)).length;
    const missing = this.captions.untranslated.length;
    const untranslated = missing ? `, ${missing} of the original not translated` : "";
    this.count.textContent = `${order.length} captions, ${open ? `${open} to look at` : "nothing to look at"}${untranslated}`;
  }

  show(id, settled = false) {
    const item = this.items.get(id);
    const cue = this.captions.cues.get(id);
    const area = item.querySelector("textarea");
    const shown = this.captions.clashes.get(id) ?? this.captions.text(id);
    if (settled || clean(area.value) !== clean(shown) || document.activeElement !== area) this.write(area, shown);
    const original = item.querySelector(".original");
    original.textContent = this.captions.original(cue);
    original.hidden = !original.textContent;
    const { rate } = this.captions;
    const begins = time(cue.start / rate);
    item.querySelector(".seek").textContent = `${begins} – ${time(cue.end / rate)}`;
    // its number would change with every caption before it that is split: 2,000 at once
    area.setAttribute("aria-label", `Caption at ${begins}`);
    this.pace(id);
    this.showNotes(id);
  }

  // Writes a text where it differs, and leaves the cursor where it was.
  write(area, text) {
    if (area.value === text) return;
    const at = area.selectionStart;
    area.value = text;
    this.grow(area);
    if (document.activeElement === area) area.setSelectionRange(Math.min(at, text.length), Math.min(at, text.length));
  }

  // A text grows by the line; its height is not measured with every key.
  grow(area) {
    const rows = Math.max(2, area.value.split("\n").length);
    if (area.rows !== rows) area.rows = rows;
  }

  pace(id) {
    const cue = this.captions.cues.get(id);
    const seconds = (cue.end - cue.start) / this.captions.rate;
    const cps = clean(this.captions.text(id)).length / seconds;
    const pace = this.items.get(id).querySelector(".pace");
    pace.textContent = `${seconds.toFixed(1)} s  ${Math.round(cps)}/s`;
    pace.classList.toggle("fast", cps > this.captions.most.cps);
    pace.title = `On screen for ${seconds.toFixed(2)} s; ${cps.toFixed(1)} characters a second, at most ${this.captions.most.cps} can be read`;
  }

  showRules(changed) {
    for (const id of changed) if (this.items.has(id)) this.showNotes(id);
    this.counted();
  }

  showNotes(id) {
    const item = this.items.get(id);
    const cue = this.captions.cues.get(id);
    const doubts = this.captions.doubts(cue);
    const names = this.captions.names(id);
    const broken = this.captions.broken(id);
    const breaches = broken.filter((one) => one.severity === "breach");
    item.classList.toggle("breach", breaches.length > 0);
    item.classList.toggle("doubt", doubts.length > 0 || names.length > 0 || this.captions.clashes.has(id));
    const notes = made("div", "notes");
    notes.append(
      ...this.clash(id, cue),
      ...this.nameNotes(cue, names),
      ...this.doubtNotes(cue, doubts),
      ...this.besideNotes(cue),
      ...(doubts.length || names.length ? [action("sure", "It is right", "These words are right (Alt+K)")] : []),
      ...this.ruleNotes(broken, breaches.length > 0),
    );
    // a button that somebody is just pressing stays where it is
    const shown = item.querySelector(".notes");
    if (!shown.isEqualNode(notes)) shown.replaceWith(notes);
  }

  clash(id, cue) {
    if (!this.captions.clashes.has(id)) return [];
    const both = made("div", "both");
    both.setAttribute("role", "alert");
    both.append(made("p", "", `Somebody else has written here meanwhile:\n${cue.text}`), action("mine", "Keep mine"), action("theirs", "Take theirs"));
    return [both];
  }

  nameNotes(cue, names) {
    return names.flatMap(([first, end, name]) => {
      const said = cue.text.slice(first, end).replace("\n", " ");
      const here = action("name", name, `Write ${name} for ${said} (Alt+N)`);
      const everywhere = action("name-everywhere", "everywhere", `Write ${name} for ${said} in everybody's captions (Alt+Shift+N)`);
      for (const button of [here, everywhere]) Object.assign(button.dataset, { first, end, name });
      return [made("span", "", `“${said}”: is it`), here, everywhere];
    });
  }

  doubtNotes(cue, doubts) {
    if (!doubts.length) return [];
    const said = doubts.map((word) => cue.text.slice(word[0], word[1])).join(" … ");
    return [made("span", "", `Not heard clearly: “${said}”`)];
  }

  besideNotes(cue) {
    const offered = this.captions.besides(cue).map(([first, end, text]) => {
      const said = cue.text.slice(first, end).replace("\n", " ");
      const button = action("besides", text, `Write ${text} for ${said} (Alt+H)`);
      Object.assign(button.dataset, { first, end, name: text });
      return button;
    });
    return offered.length ? [made("span", "", "also heard:"), ...offered] : [];
  }

  ruleNotes(broken, mendable) {
    const notes = broken.map((one) => made("span", one.severity === "breach" ? "rule" : "remark", one.said));
    return mendable ? [...notes, action("mend", "Put right", "Mend what breaks a limit, no word touched (Alt+R)")] : notes;
  }

  // The caption on screen; the list follows a clip that plays, unless somebody writes in it.
  lit(id, follows) {
    if (id === this.now) return;
    this.items.get(this.now)?.classList.remove("now");
    this.now = id;
    const item = this.items.get(id);
    item?.classList.add("now");
    if (item && follows && !this.list.contains(document.activeElement)) item.scrollIntoView({ block: "nearest" });
  }

  // --- writing ---

  listen() {
    this.list.addEventListener("input", (event) => {
      const id = idOf(event.target);
      if (this.captions.clashes.has(id)) this.captions.clashes.set(id, event.target.value);
      else this.captions.type(id, event.target.value);
      this.grow(event.target);
      this.pace(id);
      this.dispatchEvent(new Event("written"));
    });
    this.list.addEventListener("focusin", (event) => {
      const id = idOf(event.target);
      if (!id || id === this.current) return;
      this.current = id;
      this.dispatchEvent(new CustomEvent("current", { detail: id }));
    });
    this.list.addEventListener("focusout", (event) => {
      const id = idOf(event.target);
      if (event.target.matches("textarea") && id && !this.captions.clashes.has(id)) {
        this.captions.flush().then(() => this.items.has(id) && this.show(id));
      }
    });
  }

  area(id) {
    return this.items.get(id)?.querySelector("textarea");
  }

  // The caption that is written in, or that is on screen.
  get active() {
    const id = idOf(document.activeElement) || this.current || this.now;
    return this.captions.cues.get(id) || this.captions.cues.get(this.captions.order[0]);
  }

  // Where the cursor stands in the text as it will be saved.
  offset(id) {
    const area = this.area(id);
    const before = area.value.slice(0, area.selectionStart);
    return clean(before).length;
  }

  focus(id, first = null, end = first) {
    const area = this.area(id);
    if (!area) return;
    area.focus({ preventScroll: true });
    area.closest("li").scrollIntoView({ block: "nearest" });
    if (first !== null) area.setSelectionRange(first, end);
  }

  step(by) {
    const place = this.captions.place(this.active?.id);
    const id = this.captions.order[Math.min(Math.max(0, place + by), this.captions.order.length - 1)];
    this.focus(id);
  }

  // The next caption that somebody should look at, its doubtful word chosen: typing replaces it.
  next(by) {
    const { order } = this.captions;
    const from = document.activeElement?.matches("#cues textarea") ? this.captions.place(this.active.id) : by > 0 ? -1 : order.length;
    for (let i = 1; i <= order.length; i += 1) {
      const id = order[(((from + by * i) % order.length) + order.length) % order.length];
      if (!this.captions.toLookAt(id)) continue;
      const word = this.captions.names(id)[0] || this.captions.doubts(this.captions.cues.get(id))[0];
      this.focus(id, word ? word[0] : null, word ? word[1] : null);
      return id;
    }
    return 0;
  }
}

export const idOf = (node) => Number(node?.closest?.("li.cue")?.dataset.id || 0);

function made(name, kind, text = "") {
  const node = document.createElement(name);
  node.className = kind;
  node.textContent = text;
  return node;
}

function action(name, text, title = "") {
  const button = made("button", "", text);
  button.type = "button";
  button.dataset.do = name;
  if (title) {
    button.title = title;
    button.setAttribute("aria-label", title.replace(/ \([^)]*\)$/, ""));
  }
  return button;
}
