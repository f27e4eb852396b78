// The page of one speaker: what is written, seen and heard, brought together.
import { ask, tell } from "/static/api.js";
import { Captions } from "/static/captions.js";
import { List, idOf } from "/static/list.js";
import { Player, time } from "/static/player.js";
import { Wave } from "/static/wave.js";
import { Settings } from "/static/settings.js";
import { listenToKeys, showKeys } from "/static/keys.js";

const { speaker, language, spoken } = document.body.dataset;
const by = document.getElementById("by");
const saved = document.getElementById("saved");
const standing = document.getElementById("standing");
const trouble = document.getElementById("trouble");
const captions = new Captions(speaker, language, spoken);

function say(text) {
  trouble.textContent = text;
  trouble.hidden = !text;
}

async function open() {
  showKeys(document.getElementById("all-keys"));
  approvals();
  buildHere();
  try {
    await captions.open();
  } catch (failed) {
    say(failed.message);
    saved.textContent = "Not open";
    return;
  }
  together();
  document.body.dataset.ready = "yes";
}

function together() {
  const player = new Player(captions);
  const list = new List(captions);
  const wave = new Wave(captions, player, speaker);
  document.getElementById("length").textContent = `of ${time(captions.frames / captions.rate)}`;
  const settings = new Settings(speaker, captions, player, (keys) => {
    approvalLater();
    if (keys.some((key) => key.startsWith("trim."))) location.reload();
    if (keys.includes("name")) document.querySelector("h1").textContent = document.getElementById("set-name").value;
    if (player.video) sayOlder(keys.map((key) => key.split(".")[0]));
  });
  olderThanItsTrim(player);
  const deeds = { ...deedsOf(player, list, wave), ...settingsDeeds(settings, player) };
  listenToKeys(deeds);
  document.addEventListener("click", (event) => {
    const button = event.target.closest?.("button[data-do]");
    if (!button) return;
    const id = idOf(button);
    if (id) list.current = id;
    deeds[button.dataset.do]?.(button);
  });
  player.addEventListener("cue", (event) => {
    list.lit(event.detail, player.playing);
    document.querySelector("[data-do='play']").textContent = player.playing ? "Pause" : "Play";
  });
  list.addEventListener("current", (event) => {
    wave.current = event.detail;
    const cue = captions.cues.get(event.detail);
    if (cue && !player.playing && (player.frame < cue.start || player.frame >= cue.end)) player.seekFrame(cue.start);
    else wave.draw();
  });
  list.addEventListener("written", () => player.show());
  captions.addEventListener("changed", () => {
    player.show();
    wave.draw();
    showState();
    approvalLater();
  });
  captions.addEventListener("state", showState);
  captions.addEventListener("others", () => {
    const here = document.getElementById("here");
    const text = captions.here.length ? `${captions.here.join(" and ")} ${captions.here.length > 1 ? "are" : "is"} in this one` : "";
    if (here.textContent !== text) here.textContent = text;
    here.hidden = !text;
  });
  captions.addEventListener("refused", (event) => say(event.detail));
  document.getElementById("looking").addEventListener("change", (event) => {
    document.body.classList.toggle("only-looking", event.target.checked);
  });
  document.getElementById("speed").addEventListener("change", (event) => {
    if (player.video) player.video.playbackRate = Number(event.target.value);
  });
  finding();
  showState();
  window.addEventListener("beforeunload", (event) => {
    if (captions.typed.size || captions.clashes.size) event.preventDefault();
  });
  window.addEventListener("pagehide", () => captions.flush());
}

function showState() {
  const waiting = captions.typed.size > 0;
  saved.textContent = captions.trouble || (waiting ? "Saving…" : captions.version ? "Saved" : "Nothing changed yet");
  saved.classList.toggle("bad", Boolean(captions.trouble));
  document.querySelector("[data-do='undo']").disabled = !captions.undo && !waiting;
  document.querySelector("[data-do='redo']").disabled = !captions.redo;
  const aside = document.getElementById("aside");
  aside.hidden = !captions.aside?.length;
  aside.textContent = captions.aside?.length
    ? `Changed in the file and here at once; the file stands. Yours were: ${captions.aside.map(([start, , lines]) => `${time(start / captions.rate)} ${lines.join(" ")}`).join("; ")}`
    : "";
}

// --- what keys and buttons do ---

function deedsOf(player, list, wave) {
  const edit = async (asked, then) => {
    say("");
    const before = document.activeElement;
    const step = await captions.edit(asked);
    // who has gone on to another caption meanwhile stays there
    const stayed = document.activeElement === before || document.activeElement === document.body;
    if (step && then && stayed) then(step);
    return step;
  };
  const half = (what, keep) => () => {
    const { id } = list.active;
    return edit({ do: what, id, offset: list.offset(id) }, keep);
  };
  // What is offered for words of a caption: by a button, or at the cursor, or the first one.
  const chosen = (button, what) => {
    const { id, text } = list.active;
    const offers = [...(list.items.get(id)?.querySelectorAll(`[data-do='${what}']`) || [])].map((one) => one.dataset);
    const at = list.area(id)?.selectionStart;
    const here = offers.find((one) => one.first <= at && at <= one.end);
    const data = button?.dataset.name ? button.dataset : here || offers[0];
    return data ? { id, text, first: Number(data.first), end: Number(data.end), name: data.name } : null;
  };
  const write = async (it) => {
    if (!it) return;
    captions.type(it.id, it.text.slice(0, it.first) + it.name + it.text.slice(it.end));
    list.show(it.id, true);
    list.focus(it.id, it.first + it.name.length);
    await captions.flush();
  };
  const back = (step) => {
    const id = step.lines[0]?.[0];
    if (id) list.focus(id);
  };
  const timeAgain = async (asked) => {
    saved.textContent = "Listening…";
    const step = await edit(asked);
    showState();
    if (!step && !trouble.textContent) say("The times are right as they are.");
  };
  return {
    play: () => player.toggle(),
    back: () => player.seek(player.seconds - 2),
    ahead: () => player.seek(player.seconds + 2),
    "picture-back": () => player.seekFrame(player.frame - 1),
    "picture-ahead": () => player.seekFrame(player.frame + 1),
    "play-cue": () => player.playCue(list.active),
    seek: () => player.seekFrame(list.active.start),
    down: () => list.step(1),
    up: () => list.step(-1),
    next: () => list.next(1) || say("Nothing is left to look at."),
    previous: () => list.next(-1),
    sure: () => edit({ do: "sure", id: list.active.id }),
    mend: () => edit({ do: "mend", id: list.active.id }).then((step) => step || trouble.textContent || say("That cannot be put right without other words or other times: split it, shorten it, or join it.")),
    "mend-all": () => edit({ do: "mend-all" }).then((step) => step || say("There is nothing that can be put right without other words.")),
    split: half("split", (step) => list.focus(step.lines[1][0], 0)),
    "to-next": half("to-next"),
    "to-previous": half("to-previous"),
    join: () => edit({ do: "join", id: list.active.id }, back),
    "join-before": () => {
      const before = captions.order[captions.place(list.active.id) - 1];
      return before ? edit({ do: "join", id: before }, back) : undefined;
    },
    in: () => edit({ do: "times", id: list.active.id, start: player.frame, end: list.active.end }),
    out: () => edit({ do: "times", id: list.active.id, start: list.active.start, end: player.frame + 1 }),
    room: () => edit({ do: "room" }, back).then((step) => step || trouble.textContent || say("Something stands beside each caption of the original.")),
    time: () => timeAgain({ do: "time", id: list.active.id }),
    "time-all": () => timeAgain({ do: "time-all" }),
    add: () => edit({ do: "add", start: player.frame }, back),
    remove: () => {
      const place = captions.place(list.active.id);
      return edit({ do: "remove", id: list.active.id }, () => list.focus(captions.order[Math.min(place, captions.order.length - 1)]));
    },
    undo: () => edit({ do: "undo" }, back),
    redo: () => edit({ do: "redo" }, back),
    save: () => captions.flush(),
    name: (button) => write(chosen(button, "name")),
    besides: (button) => write(chosen(button, "besides")),
    "name-everywhere": async (button) => {
      const it = chosen(button, "name-everywhere");
      if (it) await everybody(it.text.slice(it.first, it.end), it.name);
    },
    mine: () => captions.settle(list.active.id, true),
    theirs: () => captions.settle(list.active.id, false),
    wider: () => wave.zoom(1.6),
    closer: () => wave.zoom(1 / 1.6),
    keys: () => document.getElementById("keys").showModal(),
    find: () => openFind(list),
    "close-find": () => document.getElementById("find").close(),
    approve: () => (by.value ? document.querySelector("#approval button") : by).focus(),
  };
}

function settingsDeeds(settings, player) {
  return {
    whole: () => settings.showWhole(),
    "trim-start": () => settings.put({ "trim.start": settings.at(player.frame) }),
    "trim-end": () => settings.put({ "trim.end": settings.at(player.frame + 1) }),
    "take-offer": ({ dataset }) => {
      const { start, end } = dataset;
      settings.put({ ...(start && { "trim.start": start }), ...(end && { "trim.end": end }) });
    },
  };
}

// What was changed since the clip was built, beside what is said already.
function sayOlder(kinds) {
  const what = document.getElementById("older-what");
  const said = what.textContent.split(", ").filter(Boolean);
  what.textContent = [...new Set([...said, ...kinds.map((kind) => kind.replace("_", " "))])].join(", ");
  document.getElementById("older").hidden = false;
}

// A clip of another length than the message has now was built before its trim was changed.
function olderThanItsTrim({ video }) {
  const look = () => {
    const differs = Math.abs(video.duration - captions.frames / captions.rate) > 0.15;
    if (differs) sayOlder(["trim"]);
  };
  if (video?.duration) look();
  else video?.addEventListener("loadedmetadata", look);
}

// --- find and replace ---

async function everybody(find, written) {
  await captions.flush();
  const answer = await tell("/api/replace", { find, written, language }).catch((failed) => failed);
  captions.apply(await ask(`${captions.path}/since/${captions.version}`));
  say(answer.changed ? (answer.changed.length ? `Written in the captions of ${answer.changed.join(", ")}.` : "It stands nowhere.") : answer.message);
}

function openFind(list) {
  const area = list.area(list.active?.id);
  const chosen = area && document.activeElement === area ? area.value.slice(area.selectionStart, area.selectionEnd) : "";
  if (chosen) document.getElementById("sought").value = chosen;
  document.getElementById("find").showModal();
  document.getElementById("sought").select();
}

function finding() {
  const form = document.getElementById("replacing");
  const [sought, instead, found] = ["sought", "instead", "found"].map((id) => document.getElementById(id));
  const count = () => {
    const word = sought.value.replace(/[.*+?^${}()|[\]\\]/g, "\\$&");
    const pattern = new RegExp(`(?<![\\p{L}\\p{N}_])${word}(?![\\p{L}\\p{N}_])`, "gu");
    const all = captions.order.map((id) => captions.text(id)).join("\n\n");
    found.textContent = sought.value ? `${[...all.matchAll(pattern)].length} times here` : "";
  };
  sought.addEventListener("input", count);
  form.addEventListener("submit", async (event) => {
    event.preventDefault();
    if (event.submitter?.value === "everybody") await everybody(sought.value, instead.value);
    else {
      say("");
      await captions.edit({ do: "replace", find: sought.value, written: instead.value });
    }
    count();
  });
}

// --- approval and build ---

function showStanding(now) {
  standing.dataset.state = now.state;
  const said = {
    approved: `Approved by ${now.by}, ${now.at}.`,
    older: `${now.by} approved an older version (${now.at}): ${now.changed.join(", ")} changed since.`,
    none: "Nobody has approved this yet.",
    unknown: `${now.by} approved a version (${now.at}); whether it is this one is being found out…`,
  };
  standing.textContent = said[now.state];
  if (now.state === "unknown") approvalLater(3000);
}

let later = 0;
function approvalLater(afterMs = 1200) {
  clearTimeout(later);
  later = setTimeout(async () => {
    try {
      showStanding(await ask(`/api/approval/${speaker}`));
    } catch (failed) {
      standing.textContent = failed.message;
    }
  }, afterMs);
}

function approvals() {
  try {
    if (!by.readOnly) by.value = localStorage.getItem("by") || "";
  } catch {
    // a browser that keeps nothing asks again
  }
  approvalLater();
  document.getElementById("approval").addEventListener("submit", async (event) => {
    event.preventDefault();
    await captions.flush();
    if (captions.typed.size || captions.clashes.size) {
      say("Something is not saved yet; it is approved when it is.");
      return;
    }
    try {
      showStanding(await tell(`/api/approval/${speaker}`, { by: by.value }));
      localStorage.setItem("by", by.value);
      say("");
    } catch (failed) {
      say(failed.message);
    }
  });
}

function buildHere() {
  for (const button of document.querySelectorAll("[data-do='build']")) buildsFrom(button);
}

function buildsFrom(button) {
  button.addEventListener("click", async () => {
    button.disabled = true;
    try {
      await tell("/api/build", { draft: true });
      const watch = setInterval(async () => {
        const { work } = await ask("/api/overview");
        button.textContent = work.state === "running" ? `Building… ${work.done}%` : work.said;
        if (work.state === "running") return;
        clearInterval(watch);
        if (work.state === "done") location.reload();
      }, 1500);
    } catch (failed) {
      say(failed.message);
    }
  });
}

open();
