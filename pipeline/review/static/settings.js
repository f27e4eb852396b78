// Name, trim, crop and sound of a speaker: seen as they change, written into config.yaml.
import { tell } from "/static/api.js";
import { Cropping } from "/static/crop.js";

const DRAWN_MS = 500;
const WORDS = ["name", "role", "organisation", "country"];

export class Settings {
  constructor(speaker, captions, player, changed) {
    this.form = document.getElementById("setting");
    if (!this.form) return;
    Object.assign(this, { speaker, captions, player, changed });
    this.section = document.getElementById("settings");
    this.set = document.getElementById("set");
    this.undrawn = document.getElementById("undrawn");
    this.was = this.values();
    this.whole = document.getElementById("whole");
    this.cropping = new Cropping(this.form);
    this.section.addEventListener("toggle", () => {
      if (!this.section.open) return;
      this.draw();
      if (this.whole && !this.whole.src) this.showWhole();
    });
    this.form.addEventListener("input", () => this.drawLater());
    this.form.addEventListener("reset", () => setTimeout(() => this.draw()));
    this.form.addEventListener("submit", (event) => {
      event.preventDefault();
      this.write();
    });
    for (const image of this.form.querySelectorAll(".drawn img, #whole")) {
      image.addEventListener("error", () => this.notDrawn(image.src));
      image.addEventListener("load", () => this.undrawn.toggleAttribute("hidden", true));
    }
  }

  // All of the picture that came in, as it is at the picture of the clip.
  showWhole() {
    this.whole.src = `/media/${this.speaker}.whole.jpg?frame=${this.player.frame}`;
  }

  values() {
    return Object.fromEntries(new FormData(this.form));
  }

  drawLater() {
    clearTimeout(this.timer);
    this.timer = setTimeout(() => this.draw(), DRAWN_MS);
  }

  draw() {
    const words = new URLSearchParams(WORDS.map((key) => [key, this.values()[key]]));
    if (`${words}` === this.drawn) return;
    this.drawn = `${words}`;
    for (const what of ["card", "strap"]) document.getElementById(what).src = `/media/${this.speaker}.${what}.png?${words}`;
  }

  // The image says only that there is none; the same address says why.
  async notDrawn(address) {
    const answer = await fetch(address).catch(() => null);
    if (!answer || answer.ok) return;
    const page = new DOMParser().parseFromString(await answer.text(), "text/html");
    this.undrawn.textContent = page.querySelector(".said")?.textContent || "It cannot be drawn.";
    this.undrawn.hidden = false;
  }

  // A moment of the clip on the clock of the recording, as config.yaml has it.
  at(frame) {
    const ms = Number(this.section.dataset.inMs) + Math.round((frame * 1000) / this.captions.rate);
    const minutes = Math.floor(ms / 60000);
    const seconds = `${Number(((ms % 60000) / 1000).toFixed(3))}s`;
    return minutes ? `${minutes}m${seconds}` : seconds;
  }

  put(values) {
    for (const [key, value] of Object.entries(values)) this.form.elements[key].value = value;
    this.section.open = true;
  }

  async write() {
    const values = this.values();
    const keys = Object.keys(values).filter((key) => values[key] !== this.was[key]);
    if (!keys.length) return this.say("Nothing is changed.");
    const some = (all) => Object.fromEntries(keys.map((key) => [key, all[key]]));
    try {
      await this.captions.flush();
      const { settings } = await tell(`/api/speaker/${this.speaker}`, { was: some(this.was), now: some(values) });
      for (const [key, value] of Object.entries(settings)) {
        const field = this.form.elements[key];
        if (field) field.value = value;
      }
      for (const field of this.form.elements) {
        if (field.defaultValue !== undefined) field.defaultValue = field.value;
        for (const option of field.options || []) option.defaultSelected = option.selected;
      }
      this.was = this.values();
      this.cropping.show();
      this.say("Written into config.yaml. The next build shows it.");
      this.changed(keys);
    } catch (failed) {
      this.say(failed.message, true);
    }
  }

  say(text, bad = false) {
    this.set.textContent = text;
    this.set.hidden = !text;
    this.set.classList.toggle("bad", bad);
    this.set.classList.toggle("warn", !bad);
  }
}
