// The overview: shown again when something has changed, built from here.
import { ask, tell } from "/static/api.js";

const EVERY_MS = 2500;
const speakers = document.getElementById("speakers");
const work = document.getElementById("work");
const needing = document.getElementById("needing");
const buttons = [document.getElementById("build"), document.getElementById("draft")];
let shown = null;

function keepFilter() {
  document.body.classList.toggle("only-needing", needing.checked);
  const none = speakers.querySelector(".nothing");
  none.hidden = !needing.checked || speakers.querySelector(".card.needs") !== null;
}

function showWork(now) {
  const running = now.state === "running";
  work.hidden = now.state === "none";
  work.classList.toggle("bad", now.state === "failed");
  work.querySelector("progress").hidden = !running;
  work.querySelector("progress").value = now.done || 0;
  work.querySelector("p").textContent = running ? `Building… ${now.task}` : now.said;
  for (const button of buttons) button.disabled = running;
}

// What was open stays open, and the focus stays where it was.
function showSpeakers(html) {
  if (html === shown) return;
  shown = html;
  const open = [...speakers.querySelectorAll("details[open]")].map((one) => one.id);
  const focused = document.activeElement?.id;
  const fresh = new DOMParser().parseFromString(html, "text/html");
  speakers.replaceChildren(...fresh.body.childNodes);
  for (const id of open) document.getElementById(id)?.setAttribute("open", "");
  if (focused && !document.activeElement?.id) document.getElementById(focused)?.focus();
  keepFilter();
}

async function again() {
  try {
    const now = await ask("/api/overview");
    showSpeakers(now.html);
    showWork(now.work);
  } catch (failed) {
    showWork({ state: "failed", said: failed.message });
  }
  setTimeout(again, document.hidden ? 4 * EVERY_MS : EVERY_MS);
}

for (const button of buttons) {
  button.addEventListener("click", async () => {
    try {
      showWork(await tell("/api/build", { draft: button.id === "draft" }));
    } catch (failed) {
      showWork({ state: "failed", said: failed.message });
    }
  });
}
needing.addEventListener("change", keepFilter);
keepFilter();
again();
