// Captions are chosen, chapters and words are ways into the film, and the words follow it. Without
// this script the player's own menu chooses captions, and every time is a link into the film.
const LEFT_ALONE_MS = 4000;

for (const film of document.querySelectorAll(".film")) follow(film);

function follow(film) {
  const video = film.querySelector("video");
  const box = film.querySelector(".scroll");
  const choice = film.querySelector("select");
  const jumps = [...film.querySelectorAll(".chapters .jump")];
  let read = 0; // when somebody last looked for something else in the words
  let heard = null;

  function jump(ms) {
    video.currentTime = ms / 1000;
    video.play();
  }

  film.addEventListener("click", (event) => {
    const link = event.target.closest(".jump");
    const cue = event.target.closest(".cue");
    if (link) event.preventDefault();
    if (link) jump(Number(link.dataset.ms));
    else if (cue && getSelection().isCollapsed) jump(Number(cue.dataset.start));
  });

  function shown() {
    return [...video.textTracks].findIndex((track) => track.mode === "showing");
  }

  // The player's own menu and ours say the same.
  function told() {
    const place = shown();
    choice.value = place < 0 ? "" : String(place);
    for (const words of place < 0 ? [] : film.querySelectorAll(".track"))
      words.hidden = Number(words.dataset.track) !== place;
    mark();
  }

  function chosen() {
    [...video.textTracks].forEach((track, place) => {
      track.mode = String(place) === choice.value ? "showing" : "disabled";
    });
    told();
  }

  function mark() {
    const now = video.currentTime * 1000;
    const cues = [...film.querySelectorAll(".track:not([hidden]) .cue")];
    const cue = cues.findLast((one) => Number(one.dataset.start) <= now + 20) ?? null;
    const spoken = cue && now < Number(cue.dataset.end) ? cue : null;
    if (spoken !== heard) {
      heard?.classList.remove("heard");
      spoken?.classList.add("heard");
      heard = spoken;
      if (spoken && !video.paused && Date.now() - read > LEFT_ALONE_MS) bring(spoken);
    }
    const place = jumps.findLastIndex((one) => Number(one.dataset.ms) <= now + 20);
    jumps.forEach((one, number) => {
      one.parentElement.classList.toggle("now", number === place);
      if (number === place) one.setAttribute("aria-current", "true");
      else one.removeAttribute("aria-current");
    });
  }

  // Only the box scrolls, never the page.
  function bring(cue) {
    const inside = cue.getBoundingClientRect().top - box.getBoundingClientRect().top;
    box.scrollTop += inside - box.clientHeight / 3;
  }

  video.addEventListener("timeupdate", mark);
  video.addEventListener("seeked", mark);
  if (!box) return;
  for (const kind of ["wheel", "touchmove", "keydown"])
    box.addEventListener(kind, () => { read = Date.now(); }, { passive: true });
  choice.closest("[hidden]")?.removeAttribute("hidden");
  choice.addEventListener("change", chosen);
  video.textTracks.addEventListener("change", told);
  told();
}
