"use strict";

// Each film by itself: its captions over it, its chapters and its transcript beside it.
for (const section of document.querySelectorAll(".film")) {
  const video = section.querySelector("video");
  const shown = section.querySelector(".shown");
  const choice = section.querySelector("select");
  const text = section.querySelector(".text");
  const links = [...section.querySelectorAll("a[data-at]")];
  const passages = links.filter((link) => link.dataset.end);
  const chapters = links.filter((link) => !link.dataset.end);
  const captions = JSON.parse(section.querySelector(".cues").textContent);
  let last = null;

  const at = () => video.currentTime * 1000;

  function show() {
    const now = at();
    const cue = (captions[choice ? choice.value : ""] || []).find(
      ([start, end]) => start <= now && now < end);
    shown.replaceChildren();
    if (cue) {
      const span = document.createElement("span");
      span.textContent = cue[2].join("\n");
      shown.append(span);
    }
  }

  function mark(list, current) {
    for (const link of list) {
      if (link === current) link.setAttribute("aria-current", "true");
      else link.removeAttribute("aria-current");
    }
  }

  function follow() {
    const now = at();
    const begun = (list) => list.filter((link) => Number(link.dataset.at) <= now).at(-1);
    const heard = passages.find(
      (link) => Number(link.dataset.at) <= now && now < Number(link.dataset.end));
    mark(passages, heard);
    mark(chapters, begun(chapters));
    if (heard && heard !== last && !video.paused && text) {
      const box = text.getBoundingClientRect();
      const place = heard.getBoundingClientRect();
      text.scrollTop += place.top - box.top - box.height / 3;
      last = heard;
    }
    show();
  }

  function frame() {
    follow();
    if (!video.paused && !video.ended) requestAnimationFrame(frame);
  }

  video.addEventListener("play", frame);
  video.addEventListener("seeked", follow);
  video.addEventListener("timeupdate", follow);
  if (choice) {
    choice.addEventListener("change", () => {
      shown.lang = choice.selectedOptions[0].lang;
      show();
    });
    shown.lang = choice.selectedOptions[0].lang;
  }
  for (const link of links) {
    link.addEventListener("click", (click) => {
      click.preventDefault();
      video.currentTime = Number(link.dataset.at) / 1000;
      video.play().catch(() => {});
    });
  }
}
