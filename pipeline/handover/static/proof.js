// What a proof does: jumps to where a caption is, marks the one that is heard, and saves what was
// changed as a file. It sends nothing.
"use strict";

const proof = document.getElementById("proof");
const film = document.getElementById("film");
const state = document.getElementById("state");
const save = document.getElementById("save");
const captions = [...document.querySelectorAll(".captions textarea")];
const fields = [...document.querySelectorAll("input[data-key]")];
let unsaved = false;

const changed = (area) => area.value.trim() !== area.defaultValue.trim();
const said = (area) => ({ was: area.defaultValue, now: area.value });

function corrections() {
  const languages = {};
  for (const area of captions.filter(changed)) {
    const { language } = area.closest("ol").dataset;
    const { start, end } = area.dataset;
    (languages[language] ??= []).push({
      start_ms: Number(start), end_ms: Number(end), ...said(area),
    });
  }
  const card = Object.fromEntries(
    fields.filter(changed).map((field) => [field.dataset.key, said(field)]),
  );
  const { speaker, version } = proof.dataset;
  return { perspectives: "corrections", speaker, version, captions: languages, card };
}

function count() {
  const number = [...captions, ...fields].filter(changed).length;
  unsaved = number > 0;
  save.disabled = !unsaved;
  const { none, some } = state.dataset;
  state.textContent = unsaved ? some.replace("{count}", number) : none;
}

for (const area of [...captions, ...fields]) {
  area.addEventListener("input", () => {
    area.classList.toggle("changed", changed(area));
    count();
  });
}

save.addEventListener("click", () => {
  const text = JSON.stringify(corrections(), null, 1) + "\n";
  const link = document.createElement("a");
  link.href = URL.createObjectURL(new Blob([text], { type: "application/json" }));
  link.download = save.dataset.file;
  link.click();
  setTimeout(() => URL.revokeObjectURL(link.href), 60000);
  unsaved = false;
  state.textContent = state.dataset.saved;
});

addEventListener("beforeunload", (leaving) => {
  if (unsaved) leaving.preventDefault();
});

for (const button of document.querySelectorAll("button[data-ms]")) {
  button.addEventListener("click", () => {
    film.currentTime = Number(button.dataset.ms) / 1000;
    film.play();
  });
}

film.addEventListener("timeupdate", () => {
  const now = film.currentTime * 1000;
  for (const area of captions) {
    const heard = Number(area.dataset.start) <= now && now < Number(area.dataset.end);
    area.closest("li").classList.toggle("heard", heard);
  }
});

document.querySelector(".save").hidden = false;
document.querySelector(".without").hidden = true;
count();
