// The clip, its captions as they are burned, and the word that is spoken.

const PLAYS_TO_END = Infinity;

export class Player extends EventTarget {
  constructor(captions) {
    super();
    this.captions = captions;
    this.video = document.querySelector(".screen video");
    this.stage = document.querySelector(".stage");
    this.burned = document.querySelector(".burned");
    this.spoken = document.getElementById("spoken");
    this.clock = document.getElementById("clock");
    this.until = PLAYS_TO_END;
    this.shown = {};
    this.seconds = 0;
    if (!this.video) return;
    this.setStage();
    for (const name of ["play", "pause", "seeked", "loadeddata", "ended"]) {
      this.video.addEventListener(name, () => this.tick());
    }
    this.video.addEventListener("click", () => this.toggle());
    this.eachPicture();
    this.begin();
  }

  // The first picture is black: a message fades in.
  begin() {
    const first = this.captions.cues.get(this.captions.order[0]);
    this.seekFrame(Math.max(first?.start ?? 0, Math.round(this.captions.rate)));
  }

  get playing() {
    return Boolean(this.video) && !this.video.paused && !this.video.ended;
  }

  // The number of the picture that is shown; a time lies inside its picture.
  get frame() {
    const last = Math.max(0, this.captions.frames - 1);
    return Math.min(last, Math.max(0, Math.floor(this.seconds * this.captions.rate + 0.01)));
  }

  // The captions' own place in the picture, in shares of its height.
  setStage() {
    const { aspect, em, pad, foot, lifted } = this.captions.burn;
    this.stage.style.aspectRatio = `${aspect[0]} / ${aspect[1]}`;
    this.stage.style.maxWidth = this.stage.style.maxHeight = "100%";
    this.stage.style[aspect[0] * 9 >= aspect[1] * 16 ? "width" : "height"] = "100%";
    this.burned.style.fontSize = `${em * 100}cqh`;
    this.burned.style.padding = `${pad * 40}cqh ${pad * 100}cqh`;
    this.feet = { low: `${(foot - pad * 0.4) * 100}cqh`, high: `${(lifted - pad * 0.4) * 100}cqh` };
  }

  eachPicture() {
    if (this.video.requestVideoFrameCallback) {
      const each = (_, facts) => {
        // a picture that comes late must not take back the next step, which was asked for meanwhile
        this.tick(this.playing ? facts.mediaTime : undefined);
        this.video.requestVideoFrameCallback(each);
      };
      this.video.requestVideoFrameCallback(each);
    } else {
      this.video.addEventListener("timeupdate", () => this.tick());
    }
  }

  tick(seconds) {
    this.seconds = seconds ?? this.video.currentTime;
    if (this.playing && this.frame >= this.until) {
      this.video.pause();
      this.until = PLAYS_TO_END;
    }
    this.show();
    this.dispatchEvent(new Event("tick"));
  }

  show() {
    const cue = this.captions.at(this.frame);
    const text = cue ? this.captions.text(cue.id) : "";
    const lifted = cue && cue.start < this.captions.burn.lifted_until;
    if (this.burned && (text !== this.shown.text || lifted !== this.shown.lifted)) {
      this.burned.hidden = !text.trim();
      this.burned.textContent = text.trim();
      this.burned.style.bottom = lifted ? this.feet.high : this.feet.low;
    }
    this.shown = { text, lifted };
    this.light(cue);
    this.clock.textContent = time(this.seconds);
    this.dispatchEvent(new CustomEvent("cue", { detail: cue?.id ?? 0 }));
  }

  // The words of the caption on screen, the one that is spoken now lit.
  light(cue) {
    const at = this.seconds * 1000;
    const words = cue && !this.captions.typed.has(cue.id) ? cue.words : [];
    const now = words.findLast((word) => word[2] <= at);
    const mark = `${cue?.id}/${cue?.text}/${now?.[0]}`;
    if (mark === this.lit) return;
    this.lit = mark;
    const pieces = words.map((word) => {
      const piece = document.createElement(word === now ? "b" : "span");
      piece.textContent = cue.text.slice(word[0], word[1]);
      return piece;
    });
    this.spoken.replaceChildren(...pieces.flatMap((piece) => [piece, " "]));
  }

  async toggle() {
    if (!this.video) return;
    this.until = PLAYS_TO_END;
    if (this.playing) this.video.pause();
    else await this.video.play().catch(() => {});
  }

  seek(seconds) {
    if (!this.video) return;
    this.until = PLAYS_TO_END;
    const last = (this.captions.frames - 0.5) / this.captions.rate;
    this.seconds = Math.min(Math.max(0, seconds), last);
    this.video.currentTime = this.seconds;
    this.show();
    this.dispatchEvent(new Event("tick"));
  }

  seekFrame(frame) {
    this.seek((frame + 0.5) / this.captions.rate);
  }

  async playCue(cue) {
    if (!this.video) return;
    this.seekFrame(cue.start);
    this.until = cue.end;
    await this.video.play().catch(() => {});
  }
}

export function time(seconds) {
  const whole = Math.max(0, seconds);
  const minutes = Math.floor(whole / 60);
  return `${minutes}:${(whole - minutes * 60).toFixed(2).padStart(5, "0")}`;
}
