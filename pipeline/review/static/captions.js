// The captions as they stand, and what was typed that is not saved yet. The program decides; what
// is typed is never taken away by what it answers.
import { Refused, ask, tell } from "/static/api.js";

const TYPED_MS = 350;
const AGAIN_MS = 2000;
const OTHERS_MS = 1500;

// As the program cleans what is typed: one space between words, no empty line.
export const clean = (text) =>
  text.split("\n").map((line) => line.split(/\s+/).filter(Boolean).join(" ")).filter(Boolean).join("\n");

export class Captions extends EventTarget {
  constructor(speaker, language, spoken) {
    super();
    this.spoken = spoken === language ? "" : `/api/captions/${speaker}/${encodeURIComponent(spoken)}`;
    this.originals = [];
    this.path = `/api/captions/${speaker}/${encodeURIComponent(language)}`;
    this.order = [];
    this.cues = new Map();
    this.typed = new Map(); // by id: text that is not saved yet
    this.bases = new Map(); // by id: the text that it was typed over
    this.clashes = new Map(); // by id: what was typed over what somebody else has written
    this.rules = { broken: {}, names: {} };
    this.line = Promise.resolve();
    this.timer = 0;
  }

  async open() {
    const sheet = await ask(this.path);
    this.rate = sheet.rate[0] / sheet.rate[1];
    Object.assign(this, { frames: sheet.frames, burn: sheet.burn, most: sheet.most, rtl: sheet.rtl, file: sheet.file, waiting: sheet.waiting });
    if (this.spoken) this.originals = (await ask(this.spoken)).lines.map(([, start, end, lines]) => ({ start, end, text: lines.join(" ") }));
    this.order = sheet.lines.map((line) => this.take(line));
    this.noted(sheet);
    this.askRules();
    setTimeout(() => this.others(), OTHERS_MS);
  }

  take([id, start, end, lines, sure, words, besides]) {
    this.cues.set(id, { id, start, end, text: lines.join("\n"), sure, words, besides });
    return id;
  }

  noted({ version, undo, redo, aside }) {
    Object.assign(this, { version, undo, redo, aside });
  }

  // --- what others and we have done ---

  apply(answer) {
    if (answer.version <= this.version && !answer.steps.length) return;
    const touched = new Set();
    const gone = new Set();
    let moved = false;
    for (const step of answer.steps) {
      const ids = step.lines.map((line) => this.take(line));
      const first = step.gone.length ? this.order.indexOf(step.gone[0]) : this.order.indexOf(step.after_id) + 1;
      moved ||= ids.join() !== step.gone.join();
      this.order.splice(first < 0 ? this.order.length : first, step.gone.length, ...ids);
      for (const id of ids) touched.add(id);
      for (const id of step.gone) gone.add(id);
    }
    const there = new Set(this.order);
    for (const id of gone) if (!there.has(id)) this.forget(id);
    for (const id of touched) if (there.has(id)) this.typedOver(id);
    this.noted(answer);
    const last = answer.steps.at(-1);
    this.dispatchEvent(new CustomEvent("changed", { detail: { touched, moved, step: last } }));
    this.askRules();
  }

  // A caption that is being written in was changed: by what was typed here, or by somebody else.
  typedOver(id) {
    if (!this.typed.has(id)) return;
    const { text } = this.cues.get(id);
    const known = [this.bases.get(id), this.sent, clean(this.typed.get(id))];
    if (!known.includes(text) && !this.clashes.has(id)) {
      this.clashes.set(id, this.typed.get(id));
    }
    this.bases.set(id, text);
  }

  forget(id) {
    const text = clean(this.clashes.get(id) ?? this.typed.get(id) ?? "");
    const said = `A caption was taken out while somebody wrote in it: ${text}`;
    if (text) this.dispatchEvent(new CustomEvent("refused", { detail: said }));
    this.cues.delete(id);
    this.typed.delete(id);
    this.bases.delete(id);
    this.clashes.delete(id);
  }

  async others() {
    if (!document.hidden) {
      await this.queued(async () => {
        try {
          const answer = await ask(`${this.path}/since/${this.version}`);
          this.apply(answer);
          this.here = answer.others;
          this.dispatchEvent(new Event("others"));
          if (this.trouble && !this.typed.size) this.say("");
        } catch (failed) {
          this.say(failed.message);
        }
      });
    }
    setTimeout(() => this.others(), OTHERS_MS);
  }

  // --- what is typed ---

  type(id, text) {
    const cue = this.cues.get(id);
    if (!cue) return;
    if (!this.typed.has(id)) this.bases.set(id, cue.text);
    if (clean(text) === cue.text) this.typed.delete(id);
    else this.typed.set(id, text);
    this.dispatchEvent(new Event("state"));
    clearTimeout(this.timer);
    this.timer = setTimeout(() => this.flush(), TYPED_MS);
  }

  // The text of a caption as it is on the page.
  text(id) {
    return this.typed.get(id) ?? this.cues.get(id)?.text ?? "";
  }

  flush() {
    clearTimeout(this.timer);
    return this.queued(async () => {
      for (const [id, text] of [...this.typed]) {
        const cue = this.cues.get(id);
        if (!cue || this.clashes.has(id)) continue;
        await this.save(cue, text);
      }
    });
  }

  async save(cue, text) {
    this.sent = clean(text);
    const lines = this.sent.split("\n").filter(Boolean);
    try {
      const was = this.bases.get(cue.id) ? this.bases.get(cue.id).split("\n") : [];
      const answer = await tell(this.path, { do: "words", known: this.version, id: cue.id, was, lines });
      if (this.typed.get(cue.id) === text) this.typed.delete(cue.id);
      this.say("");
      this.apply(answer);
      this.dispatchEvent(new Event("state"));
    } catch (failed) {
      if (failed.status === 409 && failed.answer.steps) this.apply(failed.answer);
      if (this.typed.has(cue.id) && !this.clashes.has(cue.id)) this.unsaved(failed);
    }
  }

  settle(id, mine) {
    const text = this.clashes.get(id);
    this.clashes.delete(id);
    this.typed.delete(id);
    this.dispatchEvent(new CustomEvent("changed", { detail: { touched: new Set([id]), settled: true } }));
    if (mine) this.type(id, text);
    return this.flush();
  }

  unsaved(failed) {
    this.say(`Not saved yet. ${failed.message}`);
    clearTimeout(this.timer);
    if (failed.status === 0 || failed.status >= 500) this.timer = setTimeout(() => this.flush(), AGAIN_MS);
  }

  say(trouble) {
    if (this.trouble === trouble) return;
    this.trouble = trouble;
    this.dispatchEvent(new Event("state"));
  }

  // --- everything else that is done to captions ---

  // One edit, after all that was typed is saved. Gives the last step, or nothing where it was not made.
  async edit(asked) {
    await this.flush();
    let made;
    await this.queued(async () => {
      try {
        const answer = await tell(this.path, { known: this.version, ...asked });
        this.say("");
        made = answer.steps.at(-1);
        this.apply(answer);
      } catch (failed) {
        if (failed instanceof Refused && failed.answer.steps) this.apply(failed.answer);
        this.dispatchEvent(new CustomEvent("refused", { detail: failed.message }));
      }
    });
    return made;
  }

  // Requests go one behind the other, so that each knows what came of the one before.
  queued(work) {
    this.line = this.line.then(work);
    return this.line;
  }

  askRules() {
    clearTimeout(this.asking);
    this.asking = setTimeout(async () => {
      try {
        const rules = await ask(`${this.path}/rules`);
        if (rules.version < this.version) return;
        const changed = changedBetween(this.rules, rules);
        this.rules = rules;
        this.dispatchEvent(new CustomEvent("rules", { detail: changed }));
      } catch (failed) {
        this.say(failed.message);
      }
    }, 200);
  }

  // --- looking things up ---

  place(id) {
    return this.order.indexOf(id);
  }

  at(frame) {
    let low = 0;
    let high = this.order.length - 1;
    while (low <= high) {
      const middle = (low + high) >> 1;
      const cue = this.cues.get(this.order[middle]);
      if (frame < cue.start) high = middle - 1;
      else if (frame >= cue.end) low = middle + 1;
      else return cue;
    }
    return null;
  }

  // What is said while a translated caption is on screen: what lies in it by half at least.
  original({ start, end }) {
    const beside = this.originals.filter((one) => {
      const both = Math.min(end, one.end) - Math.max(start, one.start);
      return 2 * both >= Math.min(end - start, one.end - one.start);
    });
    return beside.map((one) => one.text).join(" ");
  }

  // The originals beside which nothing stands.
  get untranslated() {
    const stands = (one) => this.order.some((id) => {
      const cue = this.cues.get(id);
      return this.text(id).trim() && cue.start < one.end && one.start < cue.end;
    });
    return this.originals.filter((one) => !stands(one));
  }

  doubts(cue) {
    return cue.sure || this.typed.has(cue.id) ? [] : cue.words.filter((word) => word[4]);
  }

  // What other hearings have at those words.
  besides(cue) {
    return this.doubts(cue).length ? cue.besides : [];
  }

  broken(id) {
    return this.rules.broken[id] || [];
  }

  names(id) {
    return this.typed.has(id) || this.cues.get(id)?.sure ? [] : this.rules.names[id] || [];
  }

  toLookAt(id) {
    const cue = this.cues.get(id);
    return this.clashes.has(id) || (this.originals.length > 0 && !this.text(id).trim()) || this.doubts(cue).length > 0 || this.names(id).length > 0 ||
      this.broken(id).some((one) => one.severity === "breach");
  }
}

// The captions of which something else is said than before.
function changedBetween(before, now) {
  const changed = new Set();
  for (const what of ["broken", "names"]) {
    for (const id of new Set([...Object.keys(before[what]), ...Object.keys(now[what])])) {
      if (JSON.stringify(before[what][id]) !== JSON.stringify(now[what][id])) changed.add(Number(id));
    }
  }
  return changed;
}
