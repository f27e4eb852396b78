// What is cut off the picture, drawn on it: by dragging, by the keys, or as numbers in the fields.

const SIDES = ["left", "top", "right", "bottom"];
const ACROSS = { left: "right", right: "left", top: "bottom", bottom: "top" };
const LEAST = 20; // percent that must be left of each direction, as config.yaml has it
const NEAR_PX = 12;
const STEP = 1;
const FAR = 5;

// The keys that move an edge inwards and outwards.
const KEYS = {
  left: ["ArrowRight", "ArrowLeft"],
  right: ["ArrowLeft", "ArrowRight"],
  top: ["ArrowDown", "ArrowUp"],
  bottom: ["ArrowUp", "ArrowDown"],
};

export class Cropping {
  constructor(form) {
    this.root = document.getElementById("crop");
    if (!this.root) return;
    this.form = form;
    this.kept = this.root.querySelector(".kept");
    this.edges = Object.fromEntries(SIDES.map((side) => [side, this.root.querySelector(`.at-${side}`)]));
    this.root.addEventListener("pointerdown", (event) => this.begin(event));
    this.root.addEventListener("pointermove", (event) => this.drag(event));
    for (const end of ["pointerup", "pointercancel"]) this.root.addEventListener(end, () => (this.dragged = null));
    this.root.addEventListener("keydown", (event) => this.key(event));
    form.addEventListener("input", () => this.show());
    form.addEventListener("reset", () => setTimeout(() => this.show()));
    this.show();
  }

  field(side) {
    return this.form.elements[`crop.${side}`];
  }

  // How much is cut off a side, in percent; what is no number yet cuts off nothing.
  cut(side) {
    return Math.min(100 - LEAST, Math.max(0, Number.parseFloat(this.field(side).value) || 0));
  }

  set(side, percent) {
    const most = 100 - LEAST - this.cut(ACROSS[side]);
    const now = Math.round(Math.min(most, Math.max(0, percent)) * 10) / 10;
    this.field(side).value = now ? `${now}%` : "";
  }

  show() {
    for (const side of SIDES) {
      const cut = this.cut(side);
      this.kept.style[side] = `${cut}%`;
      const edge = this.edges[side];
      edge.style[side] = `${cut}%`;
      edge.setAttribute("aria-valuenow", cut);
      edge.setAttribute("aria-valuetext", `${cut} %`);
    }
  }

  // --- dragging ---

  at(event) {
    const box = this.root.getBoundingClientRect();
    const share = (place, from, size) => Math.min(100, Math.max(0, ((place - from) * 100) / size));
    return { x: share(event.clientX, box.left, box.width), y: share(event.clientY, box.top, box.height), box };
  }

  begin(event) {
    if (event.button) return;
    const { x, y, box } = this.at(event);
    const away = {
      left: (Math.abs(x - this.cut("left")) * box.width) / 100,
      right: (Math.abs(100 - x - this.cut("right")) * box.width) / 100,
      top: (Math.abs(y - this.cut("top")) * box.height) / 100,
      bottom: (Math.abs(100 - y - this.cut("bottom")) * box.height) / 100,
    };
    const held = SIDES.filter((side) => away[side] <= NEAR_PX);
    this.dragged = { x, y, held };
    this.root.setPointerCapture(event.pointerId);
    event.preventDefault();
    if (held.length) this.edges[held[0]].focus({ preventScroll: true });
  }

  drag(event) {
    if (!this.dragged) return;
    const { x, y } = this.at(event);
    const began = this.dragged;
    const to = { left: x, right: 100 - x, top: y, bottom: 100 - y };
    if (began.held.length) {
      for (const side of began.held) this.set(side, to[side]);
    } else if (Math.abs(x - began.x) > 1 || Math.abs(y - began.y) > 1) {
      this.between("left", "right", began.x, x);
      this.between("top", "bottom", began.y, y);
    }
    this.changed();
  }

  // What is drawn stays, and LEAST at least: away from where it began.
  between(before, after, one, other) {
    let [low, high] = [Math.min(one, other), Math.max(one, other)];
    if (high - low < LEAST) {
      low = Math.max(0, other < one ? one - LEAST : Math.min(one, 100 - LEAST));
      high = low + LEAST;
    }
    this.field(after).value = "";
    this.set(before, low);
    this.set(after, 100 - high);
  }

  // --- keys ---

  key(event) {
    const { side } = event.target.dataset;
    if (!side || event.ctrlKey || event.altKey || event.metaKey) return;
    const [inwards, outwards] = KEYS[side];
    const by = event.shiftKey ? FAR : STEP;
    const to = { [inwards]: this.cut(side) + by, [outwards]: this.cut(side) - by, Home: 0, End: 100 - LEAST }[event.key];
    if (to === undefined) return;
    event.preventDefault();
    this.set(side, to);
    this.changed();
  }

  changed() {
    this.show();
    this.form.dispatchEvent(new Event("input"));
  }
}
