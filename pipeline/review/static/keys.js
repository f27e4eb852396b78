// The keys: which there are, what each does, what the help says. Letters are told by their place on
// the keyboard, so that Alt does not turn them into signs on a Mac.

export const KEYS = [
  ["Ctrl+Space", "play", "Play or pause"],
  ["Ctrl+Comma", "back", "Back 2 seconds"],
  ["Ctrl+Period", "ahead", "Ahead 2 seconds"],
  ["Alt+Comma", "picture-back", "One picture back"],
  ["Alt+Period", "picture-ahead", "One picture ahead"],
  ["Ctrl+Enter", "play-cue", "Play this caption"],
  ["Alt+ArrowDown", "down", "Next caption"],
  ["Alt+ArrowUp", "up", "Caption before"],
  ["F8", "next", "Next to look at"],
  ["Shift+F8", "previous", "Look at the one before"],
  ["Alt+KeyK", "sure", "The doubtful words are right"],
  ["Alt+KeyH", "besides", "Write what else was heard"],
  ["Alt+KeyN", "name", "Spell the name as offered"],
  ["Alt+Shift+KeyN", "name-everywhere", "… in everybody's captions"],
  ["Alt+KeyR", "mend", "Put right what breaks a limit"],
  ["Alt+Enter", "split", "Split at the cursor"],
  ["Alt+Shift+ArrowDown", "to-next", "Words after the cursor to the next"],
  ["Alt+Shift+ArrowUp", "to-previous", "Words before the cursor to the one before"],
  ["Alt+KeyJ", "join", "Join with the next"],
  ["Alt+Shift+KeyJ", "join-before", "Join with the one before"],
  ["Alt+KeyI", "in", "Begin at the picture"],
  ["Alt+KeyO", "out", "End at the picture"],
  ["Alt+KeyT", "time", "Time this again by its words"],
  ["Alt+Shift+KeyT", "time-all", "Time all again by their words"],
  ["Alt+Insert", "add", "New caption at the picture"],
  ["Alt+Delete", "remove", "Take this caption out"],
  ["Ctrl+KeyZ", "undo", "Undo"],
  ["Ctrl+KeyY", "redo", "Redo"],
  ["Ctrl+Shift+KeyZ", "redo", "Redo"],
  ["Ctrl+KeyH", "find", "Find and replace"],
  ["Ctrl+KeyS", "save", "Save now (it is saved as you type)"],
  ["Alt+KeyA", "approve", "To the approval"],
  ["F1", "keys", "All keys (or ? outside a text)"],
];

const BY_KEY = new Map(KEYS.map(([key, what]) => [key, what]));

function pressed(event) {
  const held = [
    (event.ctrlKey || event.metaKey) && "Ctrl",
    event.altKey && "Alt",
    event.shiftKey && "Shift",
  ].filter(Boolean);
  const key = event.code === "NumpadEnter" ? "Enter" : event.code;
  return [...held, key].join("+");
}

// AltGr types letters on many keyboards and says Ctrl and Alt at once.
const isAltGr = (event) => event.getModifierState?.("AltGraph") || (event.ctrlKey && event.altKey);

export function listenToKeys(deeds) {
  document.addEventListener("keydown", (event) => {
    if (event.isComposing || isAltGr(event)) return;
    if (document.querySelector("dialog[open]")) return;
    const writing = event.target.matches?.("input, textarea, select");
    const what = BY_KEY.get(pressed(event)) || (event.key === "?" && !writing ? "keys" : null);
    if (!what) return;
    if ((what === "undo" || what === "redo") && event.target.matches?.("input")) return;
    event.preventDefault();
    deeds[what]?.();
  });
}

export function showKeys(list) {
  const named = KEYS.map(([key, , text]) => {
    const row = document.createElement("div");
    const [keys, said] = [document.createElement("dt"), document.createElement("dd")];
    for (const part of key.split("+")) {
      const one = document.createElement("kbd");
      one.textContent = part.replace(/^Key|^Arrow/, "").replace("Comma", ",").replace("Period", ".");
      keys.append(one, " ");
    }
    said.textContent = text;
    row.append(keys, said);
    return row;
  });
  list.replaceChildren(...named);
}
