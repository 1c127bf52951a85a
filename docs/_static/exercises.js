// Exercises that answer: fields in the places of their lines, what a number is compared with, and fresh numbers. The file
// of the page registers in `exercises` what answers and known mistakes come to; it is asked for when a reader begins.
"use strict";
const exercises = {};
{
  const source = document.documentElement.dataset.exercises ?? "";
  const page = source.replace(/^.*?_exercises\//, "").replace(/\.\w+\.js$/, "");
  const boxes = source ? [...document.querySelectorAll(".exercise:has(.ask)")] : [];
  const CLOSE = 5; // within how many times what is allowed a number is close

  let loading;
  function load() {
    loading ??= new Promise((resolve, reject) => {
      const file = Object.assign(document.createElement("script"), { src: source });
      file.onload = () => resolve(exercises[page]);
      file.onerror = () => {
        loading = undefined;
        file.remove();
        reject(new Error(source));
      };
      document.head.append(file);
    });
    return loading;
  }

  // --- what a reader types ---

  const PLAIN = String.raw`[+-]?(?:\d+(?:[.,]\d*)?|[.,]\d+)`;
  const NUMBER = new RegExp(`^(?<first>${PLAIN})(?:(?:e|[·*×]10\\^?)(?<power>[+-]?\\d+))?$`, "i");
  const FRACTION = new RegExp(`^(?<first>${PLAIN})/(?<below>${PLAIN})$`);
  const value = (text) => Number(text.replace(",", "."));

  const plainOf = (text) => text.normalize("NFKD").replace(/[\u2010-\u2015\u2212]/g, "-").replace("\u2044", "/").replace(/\s/g, "");

  // The number in a text: with a decimal point or comma, a sign of any kind, a power of ten, or as a fraction.
  function numberOf(text) {
    const plain = plainOf(text);
    const fraction = FRACTION.exec(plain)?.groups;
    if (fraction) return value(fraction.first) / value(fraction.below);
    const found = NUMBER.exec(plain)?.groups;
    return found ? value(found.first) * 10 ** Number(found.power ?? 0) : NaN;
  }

  // How many decimals a text has; a fraction and a power of ten do not say how far they go.
  const decimalsIn = (text) => /^[+-]?\d*(?:[.,](\d*))?$/.exec(plainOf(text))?.slice(1).map((digits = "") => digits.length)[0];

  function refused(text) {
    if (!text.trim()) return "Type a number first.";
    return Number.isFinite(numberOf(text)) ? "" : `“${text.trim()}” is not a number. Write 0.25, 0,25, 1/4 or 2.5e-3.`;
  }

  // --- what it is ---

  const is = (number, [other, within]) => Math.abs(number - other) <= within * (1 + 1e-9);

  function verdict(text, comesTo, { to, mistakes }) {
    const number = numberOf(text);
    const [answer, ...wrong] = comesTo;
    if (is(number, answer)) return ["right", "Right."];
    const known = wrong.findIndex((each) => is(number, each));
    if (known >= 0) return ["mistake", mistakes[known]];
    return ["off", kindOf(number, answer, decimalsIn(text), to)];
  }

  // Whether a number is the answer rounded to fewer digits, of which the answer's first is one.
  function isBeginning(number, answer, decimals) {
    const unit = 10 ** -decimals;
    return unit <= Math.abs(answer) && is(number, [answer, unit / 2]);
  }

  function kindOf(number, [answer, within], decimals, to) {
    if (is(-number, [answer, within])) return "The size is right. The sign is not.";
    for (const power of [1, 2, 3, 4, 5, 6, -1, -2, -3, -4, -5, -6])
      if (number && is(number / 10 ** power, [answer, within])) return "The digits are right. The decimal point is in another place.";
    if (!number) return "Not yet. The answer is not 0.";
    if (answer && Math.sign(number) !== Math.sign(answer)) return "Not yet. The sign is wrong, and so is the size.";
    if (isBeginning(number, answer, decimals)) return `Right as far as it goes. Give ${to.replace(/^to /, "")}.`;
    if (is(number, [answer, CLOSE * within])) return "Close. Carry more digits on the way, and round once, at the end.";
    const large = Math.abs(number) > Math.abs(answer);
    if (answer <= 0) return `Not yet. This is too ${large ? "far from" : "close to"} 0.`;
    return `Not yet. This is too ${large ? "large" : "small"}.`;
  }

  // --- an exercise ---

  function element(name, properties = {}, ...children) {
    const made = Object.assign(document.createElement(name), properties);
    made.append(...children);
    return made;
  }

  class Exercise {
    constructor(box) {
      this.name = box.id.replace(/^exercise-/, "");
      this.title = box.querySelector(".sd-summary-text");
      this.slots = [...box.querySelectorAll(".drawn")];
      this.first = this.slots.map((slot) => slot.textContent);
      this.set = 0;
      this.fields = [...box.querySelectorAll(".ask")].map((ask, place) => this.field(ask, place));
      this.said = element("p", { className: "visually-hidden" });
      this.said.setAttribute("role", "status");
      this.seed = element("span", { className: "exercise-seed" });
      this.fresh = element("button", { type: "button", textContent: "Fresh numbers", hidden: !box.matches(".varies") });
      this.buttons = element("p", { className: "exercise-buttons" }, element("button", { textContent: "Check" }), this.fresh, this.seed);
      this.form = element("form", { noValidate: true, className: "exercise-form" });
      this.form.setAttribute("aria-label", this.title.textContent);
      box.querySelector(".ask").before(this.form);
      this.form.append(...box.querySelectorAll(".ask"), this.buttons, this.said);
      this.form.addEventListener("submit", (event) => {
        event.preventDefault();
        this.withData((data) => this.check(data));
      });
      this.fresh.addEventListener("click", () => this.withData((data) => this.renew(data)));
      this.form.addEventListener("focusin", () => load().catch(() => {}), { once: true });
    }

    // Put a field into the place of the line that is there without this script.
    field(ask, place) {
      const id = `${this.name}-${place}`;
      const input = element("input", { type: "text", id, autocomplete: "off", spellcheck: false });
      const said = element("span", { className: "ask-said", id: `${id}-said` });
      const line = ask.querySelector(".answer-line");
      const label = element("label", { htmlFor: id });
      while (ask.firstChild !== line) label.append(ask.firstChild);
      input.setAttribute("aria-describedby", said.id);
      input.addEventListener("input", () => this.say(place, "", ""));
      line.replaceWith(label, " ", input, said);
      return { input, said, label: label.textContent.replace(/,[^,]*$/, "") };
    }

    async withData(then) {
      try {
        then((await load())[this.name]);
      } catch (problem) {
        this.said.textContent = "";
        this.say(0, "off", "What this exercise needs could not be loaded. Try again.");
        throw problem;
      }
    }

    say(place, kind, text) {
      const { input, said } = this.fields[place];
      said.className = `ask-said ${kind}`;
      said.textContent = text;
      if (kind && kind !== "right") input.setAttribute("aria-invalid", "true");
      else input.removeAttribute("aria-invalid");
    }

    check({ asks, sets }) {
      const found = this.fields.map(({ input }, place) => {
        const no = refused(input.value);
        return no ? ["refused", no] : verdict(input.value, sets[this.set].asks[place], asks[place]);
      });
      for (const [place, [kind, text]] of found.entries()) this.say(place, kind, text);
      const heard = found.map(([, text], place) => found.length > 1 ? `${this.fields[place].label}: ${text}` : text);
      this.said.textContent = heard.join(" ");
      const wrong = found.findIndex(([kind]) => kind !== "right");
      if (wrong >= 0) this.fields[wrong].input.focus();
      this.keep(sets[this.set].seed, wrong < 0);
    }

    keep(seed, right) {
      const before = progress.of(page, this.name);
      const typed = this.fields.map(({ input }) => input.value);
      progress.note(page, boxes.length, this.name, { seed, typed, right, done: right || Boolean(before?.done) });
      this.mark();
      tell();
    }

    // Put other numbers in: the next set, or the first again behind the last.
    renew({ sets }) {
      this.show(sets, (this.set + 1) % sets.length);
      for (const [place, { input }] of this.fields.entries()) {
        input.value = "";
        this.say(place, "", "");
      }
      this.keep(sets[this.set].seed, false);
      this.said.textContent = `Other numbers are in the exercise, ${this.seed.textContent}.`;
    }

    show(sets, place) {
      this.set = place;
      const { texts, seed } = sets[place];
      for (const [number, slot] of this.slots.entries()) slot.textContent = texts[number];
      this.seed.textContent = seed === "book" ? "the book’s numbers" : `seed ${seed}`;
    }

    mark() {
      this.title.querySelector(".progress-mark")?.remove();
      if (!progress.of(page, this.name)?.done) return;
      const seen = element("span", { textContent: " ✓" });
      seen.setAttribute("aria-hidden", "true");
      const heard = element("span", { className: "visually-hidden", textContent: " done" });
      this.title.append(element("span", { className: "progress-mark" }, seen, heard));
    }

    // Come back to what the reader has typed, and to the numbers that it was typed for.
    async restore() {
      const kept = progress.of(page, this.name);
      this.mark();
      if (!kept) return;
      const { sets } = (await load())[this.name];
      const place = sets.findIndex(({ seed }) => seed === kept.seed);
      if (place < 0) return;
      this.show(sets, place);
      for (const [number, { input }] of this.fields.entries()) {
        input.value = kept.typed[number] ?? "";
        this.say(number, ...(kept.right ? ["right", "Right."] : ["", ""]));
      }
    }

    forget() {
      for (const [number, slot] of this.slots.entries()) slot.textContent = this.first[number];
      this.set = 0;
      this.seed.textContent = "";
      for (const [place, { input }] of this.fields.entries()) {
        input.value = "";
        this.say(place, "", "");
      }
      this.mark();
    }
  }

  const lasts = element("p");
  const tell = () => {
    lasts.textContent = progress.stays()
      ? "What you did in the exercises stays in this browser, and goes nowhere else."
      : "What you did in the exercises lasts until this page is closed: the browser keeps nothing of it. It goes nowhere else.";
  };
  tell();

  const all = boxes.map((box) => new Exercise(box));
  const restore = () => { for (const each of all) each.restore().catch(() => {}); };
  restore();

  // --- what is kept ---

  function keeper() {
    const said = element("p", { className: "kept-said" });
    said.setAttribute("role", "status");
    const button = (text, act) => {
      const made = element("button", { type: "button", textContent: text });
      made.addEventListener("click", () => act(made));
      return made;
    };
    const save = button("Save to a file", () => {
      const link = element("a", { download: "exercises.json" });
      link.href = URL.createObjectURL(new Blob([progress.file()], { type: "application/json" }));
      link.click();
      setTimeout(() => URL.revokeObjectURL(link.href));
      said.textContent = "Saved as exercises.json.";
    });
    const file = element("input", { type: "file", accept: ".json,application/json", hidden: true });
    file.addEventListener("change", async () => {
      const [chosen] = file.files;
      if (!chosen) return;
      const count = progress.take(await chosen.text(), page, all.map(({ name }) => name));
      file.value = "";
      if (count === undefined) said.textContent = `${chosen.name} is not a file saved by this page.`;
      else if (!count) said.textContent = `${chosen.name} has no exercises of this book.`;
      else said.textContent = `Taken from ${chosen.name}: ${count} ${count === 1 ? "exercise" : "exercises"}.`;
      tell();
      restore();
    });
    const take = button("Take from a file", () => file.click());
    const clear = button("Clear", (made) => {
      if (made.dataset.asked) {
        progress.clear();
        for (const each of all) each.forget();
        tell();
        said.textContent = "Nothing is kept any more.";
      } else said.textContent = "This forgets the exercises of all chapters. Press the button again to do so.";
      made.dataset.asked = made.dataset.asked ? "" : "yes";
      made.textContent = made.dataset.asked ? "Clear all" : "Clear";
    });
    return element("details", { className: "kept" }, element("summary", { textContent: "What is kept" }),
      lasts, element("p", { className: "exercise-buttons" }, save, take, file, clear), said);
  }
  boxes.at(-1)?.closest("section").append(keeper());
}
