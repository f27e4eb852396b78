// The sound as a drawing, with the captions on it to be dragged.

const PEAKS_A_SECOND = 100;
const EDGE_PX = 7;
const CLOSEST_S = 2;

export class Wave {
  constructor(captions, player, speaker) {
    Object.assign(this, { captions, player });
    this.canvas = document.getElementById("wave");
    this.peaks = new Uint8Array();
    this.length = captions.frames / captions.rate;
    this.start = 0;
    this.span = Math.min(12, this.length);
    this.current = 0;
    this.colours();
    matchMedia("(prefers-color-scheme: dark)").addEventListener("change", () => this.colours());
    new ResizeObserver(() => this.draw()).observe(this.canvas);
    player.addEventListener("tick", () => this.follow());
    captions.addEventListener("changed", () => this.draw());
    this.listen();
    this.load(speaker);
  }

  async load(speaker) {
    const answer = await fetch(`/media/${speaker}.peaks`).catch(() => null);
    if (answer?.ok) this.peaks = new Uint8Array(await answer.arrayBuffer());
    this.draw();
  }

  colours() {
    const style = getComputedStyle(document.documentElement);
    const of = (name) => style.getPropertyValue(name).trim();
    this.colour = { ink: of("--ink"), wave: of("--wave"), accent: of("--accent"), mark: of("--mark"), line: of("--edge"), quiet: of("--quiet") };
    this.draw();
  }

  x(seconds) {
    return ((seconds - this.start) / this.span) * this.width;
  }

  seconds(x) {
    return this.start + (x / this.width) * this.span;
  }

  frame(x) {
    return Math.round(this.seconds(x) * this.captions.rate);
  }

  // Turns the page when the sound has run out of it.
  follow() {
    const now = this.player.seconds;
    if (now < this.start || now > this.start + this.span * 0.95) this.show(now - this.span * 0.1);
    else this.draw();
  }

  show(start) {
    this.start = Math.max(0, Math.min(start, this.length - this.span));
    this.draw();
  }

  zoom(factor) {
    const middle = this.player.seconds;
    this.span = Math.min(this.length, Math.max(CLOSEST_S, this.span * factor));
    this.show(middle - this.span / 2);
  }

  draw() {
    if (this.drawing) return;
    this.drawing = requestAnimationFrame(() => {
      this.drawing = 0;
      this.paint();
    });
  }

  paint() {
    const ratio = devicePixelRatio || 1;
    this.width = this.canvas.clientWidth;
    this.height = this.canvas.clientHeight;
    if (this.canvas.width !== Math.round(this.width * ratio)) this.canvas.width = Math.round(this.width * ratio);
    if (this.canvas.height !== Math.round(this.height * ratio)) this.canvas.height = Math.round(this.height * ratio);
    const to = this.canvas.getContext("2d");
    to.setTransform(ratio, 0, 0, ratio, 0, 0);
    to.clearRect(0, 0, this.width, this.height);
    this.paintCues(to);
    this.paintSound(to);
    const x = this.x(this.player.seconds);
    to.fillStyle = this.colour.accent;
    to.fillRect(Math.round(x) - 1, 0, 2, this.height);
  }

  paintSound(to) {
    const middle = this.height * 0.62;
    const tall = this.height * 0.34;
    to.fillStyle = this.colour.wave;
    for (let x = 0; x < this.width; x += 2) {
      const first = Math.floor(this.seconds(x) * PEAKS_A_SECOND);
      const end = Math.max(first + 1, Math.floor(this.seconds(x + 2) * PEAKS_A_SECOND));
      let most = 0;
      for (let i = first; i < end; i += 1) most = Math.max(most, this.peaks[i] || 0);
      const high = Math.max(1, (most / 255) * tall);
      to.fillRect(x, middle - high, 1.4, 2 * high);
    }
  }

  paintCues(to) {
    to.font = "12px system-ui, sans-serif";
    to.textBaseline = "top";
    for (const cue of this.seen()) {
      const left = this.x(cue.start / this.captions.rate);
      const right = this.x(cue.end / this.captions.rate);
      to.fillStyle = this.colour.mark;
      to.globalAlpha = cue.id === this.current ? 1 : 0.55;
      to.fillRect(left, 0, right - left, this.height);
      to.globalAlpha = 1;
      to.fillStyle = cue.id === this.current ? this.colour.accent : this.colour.line;
      to.fillRect(left, 0, 1.5, this.height);
      to.fillRect(right - 1.5, 0, 1.5, this.height);
      to.save();
      to.beginPath();
      to.rect(left, 0, Math.max(0, right - left - 4), this.height);
      to.clip();
      to.fillStyle = this.colour.ink;
      to.fillText(`${this.captions.place(cue.id) + 1}  ${this.captions.text(cue.id).replace("\n", " ")}`, left + 6, 6);
      to.restore();
    }
  }

  // The captions within the page, the one that is dragged where it is dragged to.
  seen() {
    const found = [];
    const { order, cues, rate } = this.captions;
    let low = 0;
    let high = order.length;
    while (low < high) {
      const middle = (low + high) >> 1;
      if (cues.get(order[middle]).end / rate < this.start) low = middle + 1;
      else high = middle;
    }
    for (let i = low; i < order.length; i += 1) {
      const cue = cues.get(order[i]);
      if (cue.start / rate > this.start + this.span) break;
      found.push(this.moved(cue));
    }
    return found;
  }

  moved(cue) {
    const drag = this.drag;
    if (!drag || drag.frame === undefined) return cue;
    if (drag.id === cue.id) {
      if (drag.what === "start") return { ...cue, start: Math.min(drag.frame, cue.end - 1) };
      return { ...cue, end: Math.max(drag.frame, cue.start + 1) };
    }
    if (drag.what === "border" && drag.next === cue.id) return { ...cue, start: Math.min(drag.frame, cue.end - 1) };
    return cue;
  }

  // --- pointer ---

  // The edge under the pointer: of one caption, or the border of two that touch.
  edge(x) {
    const near = (seconds) => Math.abs(this.x(seconds) - x) <= EDGE_PX;
    const { rate, order, cues } = this.captions;
    for (const cue of this.seen()) {
      if (near(cue.end / rate)) {
        const next = cues.get(order[this.captions.place(cue.id) + 1]);
        if (next && next.start - cue.end <= 2 && next.start >= cue.end) return { what: "border", id: cue.id, next: next.id };
        return { what: "end", id: cue.id };
      }
      if (near(cue.start / rate)) return { what: "start", id: cue.id };
    }
    return null;
  }

  listen() {
    const { canvas } = this;
    const at = (event) => event.clientX - canvas.getBoundingClientRect().left;
    canvas.addEventListener("pointerdown", (event) => {
      if (event.button !== 0) return;
      this.drag = this.edge(at(event));
      if (this.drag) canvas.setPointerCapture(event.pointerId);
      else this.player.seek(this.seconds(at(event)));
    });
    canvas.addEventListener("pointermove", (event) => {
      if (!this.drag) {
        canvas.classList.toggle("edge", this.edge(at(event)) !== null);
        return;
      }
      this.drag.frame = Math.max(0, this.frame(at(event)));
      this.draw();
    });
    canvas.addEventListener("pointerup", () => this.drop());
    canvas.addEventListener("pointercancel", () => {
      this.drag = null;
      this.draw();
    });
    canvas.addEventListener("wheel", (event) => {
      event.preventDefault();
      if (event.ctrlKey || event.metaKey) this.zoom(event.deltaY > 0 ? 1.25 : 0.8);
      else this.show(this.start + ((event.deltaY || event.deltaX) / this.width) * this.span);
    }, { passive: false });
  }

  async drop() {
    const drag = this.drag;
    if (!drag || drag.frame === undefined) {
      this.drag = null;
      return;
    }
    const cue = this.captions.cues.get(drag.id);
    if (drag.what === "border") await this.captions.edit({ do: "border", id: drag.id, start: drag.frame });
    else {
      const start = drag.what === "start" ? drag.frame : cue.start;
      const end = drag.what === "end" ? drag.frame : cue.end;
      await this.captions.edit({ do: "times", id: drag.id, start, end });
    }
    this.drag = null;
    this.draw();
  }
}
