// Exercises that answer: fields in the places of their lines, lists to choose from or to put in order, what an answer is
// compared with, and fresh numbers. The file of the page registers in `exercises` what answers and known mistakes come to;
// it is asked for when a reader begins.
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

  const WHOLE = "a whole number";
  const TO = String.raw`(?:\^|\*\*)`;
  const PLAIN = String.raw`(?:[1-9]\d{0,2}(?:,\d{3})+(?:\.\d*)?|\d+(?:[.,]\d*)?|[.,]\d+)`;
  const NUMBER = new RegExp(`^(?<sign>[+-]?)(?<first>${PLAIN})(?:(?:e|[·*×]10${TO})(?<tens>[+-]?\\d+)|${TO}(?<power>[+-]?\\d+))?$`, "i");
  const GROUPS = /^[1-9]\d{0,2}(,\d{3})+(\.|$)/;
  const EITHER = /(?<![\d.,])[1-9]\d{0,2},\d{3}(?![\d.,])/; // 1,234 is 1.234 or a thousand and more
  const value = (text) => Number(GROUPS.test(text) ? text.replaceAll(",", "") : text.replace(",", "."));

  const plainOf = (text) => text.replace(/[⁺⁻⁰¹²³⁴-⁹]+/g, "^$&").normalize("NFKD").replace(/[\u2010-\u2015\u2212]/g, "-")
    .replace("\u2044", "/").replace(/\s/g, "").replace(/(\^|\*\*)\((.*?)\)/g, "$1$2");

  function single(text) {
    const found = NUMBER.exec(text)?.groups;
    if (!found) return NaN;
    const size = value(found.first) ** Number(found.power ?? 1) * 10 ** Number(found.tens ?? 0);
    return found.sign === "-" ? -size : size;
  }

  // The number in a text: with a decimal point or comma, commas between thousands, a sign of any kind, a power, as a
  // fraction, or in percent.
  function numberOf(text) {
    const [, above, below = "1", percent] = /^([^/%]+)(?:\/([^/%]+))?(%?)$/.exec(plainOf(text)) ?? [];
    return single(above) / single(below) / (percent ? 100 : 1);
  }

  // How many decimals a text has; a fraction and a power of ten do not say how far they go.
  const decimalsIn = (text) => /^[+-]?\d*(?:[.,](\d*))?$/.exec(plainOf(text))?.slice(1).map((digits = "") => digits.length)[0];

  function refused(text, { kind, to }) {
    const typed = text.trim();
    if (!typed) return "Type a number first.";
    const either = kind === "break" || to === WHOLE ? undefined : EITHER.exec(plainOf(typed))?.[0];
    if (either) return `“${typed}” may be one of two numbers. Write ${either.replace(",", "")} or ${either.replace(",", ".")}.`;
    if (Number.isFinite(numberOf(typed))) return "";
    if (/\d/.test(typed) && /\p{L}/u.test(typed)) return "Type the number alone.";
    return `“${typed}” is not a number. Write 0.25, 0,25, 1/4 or 2.5e-3.`;
  }

  // Whether a text is the power, or one of a known mistake, where its exponent is asked for.
  const isPower = (text, comesTo) => /\^|\*\*/.test(plainOf(text)) || comesTo.some(([exponent]) => numberOf(text) === 2 ** exponent);

  // --- what it is ---

  const is = (number, [other, within]) => Math.abs(number - other) <= within * (1 + 1e-9);

  function verdict(text, comesTo, { to, mistakes }) {
    const number = numberOf(text);
    const [answer, ...wrong] = comesTo;
    if (is(number, answer)) return ["right", rightBy(number, answer, to)];
    const known = wrong.findIndex((each) => is(number, each));
    if (known >= 0) return ["mistake", mistakes[known]];
    return ["off", kindOf(number, answer, decimalsIn(text), to)];
  }

  // Say what the answer is, rounded once, to a reader who has rounded on the way: a unit of its last digit is allowed.
  function rightBy(number, [answer, within], to) {
    const unit = 10 ** Math.round(Math.log10(within));
    if (to === WHOLE || is(number, [answer, unit / 2])) return "Right.";
    const decimals = Math.max(0, Math.round(-Math.log10(unit)));
    const rounded = Math.round(Math.abs(answer) / unit * (1 + 1e-9)) * unit;
    return `Right within rounding. Rounded once, at the end, it is ${answer < 0 ? "−" : ""}${rounded.toFixed(decimals)}.`;
  }

  // Whether a number is the answer rounded to fewer digits, of which the answer's first is one.
  function isBeginning(number, answer, decimals) {
    const unit = 10 ** -decimals;
    return unit <= Math.abs(answer) && is(number, [answer, unit / 2]);
  }

  function kindOf(number, [answer, within], decimals, to) {
    if (is(-number, [answer, within])) return "The size is right. The sign is not.";
    for (const power of to === WHOLE ? [] : [1, 2, 3, 4, 5, 6, -1, -2, -3, -4, -5, -6])
      if (number && is(number / 10 ** power, [answer, within])) return "The digits are right. The decimal point is in another place.";
    if (!number) return "Not yet. The answer is not 0.";
    if (answer && Math.sign(number) !== Math.sign(answer)) return "Not yet. The sign is wrong, and so is the size.";
    if (isBeginning(number, answer, decimals)) return `Right as far as it goes. Give ${to.replace(/^to /, "")}.`;
    if (is(number, [answer, CLOSE * within])) return "Close. Carry more digits on the way, and round once, at the end.";
    const large = Math.abs(number) > Math.abs(answer);
    if (answer <= 0) return `Not yet. This is too ${large ? "far from" : "close to"} 0.`;
    return `Not yet. This is too ${large ? "large" : "small"}.`;
  }

  // Whether a number breaks a claim, which is false in some ranges.
  function broken(text, ranges, { said, within: [least, most] }) {
    const number = numberOf(text);
    if (number < least || number > most) return ["refused", `Type a number from ${least} to ${most}.`];
    return ranges.some(([low, high]) => low <= number && number <= high) ? ["right", "Right."] : ["off", said];
  }

  // --- fields: each has what is typed, says what is wrong with it, and takes the keyboard ---

  function element(name, properties = {}, ...children) {
    const made = Object.assign(document.createElement(name), properties);
    made.append(...children);
    return made;
  }

  class NumberField {
    constructor(ask, id, said, changed) {
      this.input = element("input", { type: "text", id, autocomplete: "off", spellcheck: false });
      const line = ask.querySelector(".answer-line");
      const label = element("label", { htmlFor: id });
      while (ask.firstChild !== line) label.append(ask.firstChild);
      this.input.setAttribute("aria-describedby", said.id);
      this.input.addEventListener("input", changed);
      line.replaceWith(label, " ", this.input, said);
      this.label = label.textContent.replace(/,[^,]*$/, "");
    }

    get typed() { return this.input.value; }
    set typed(text) { this.input.value = text; }
    focus() { this.input.focus(); }

    set wrong(is) {
      if (is) this.input.setAttribute("aria-invalid", "true");
      else this.input.removeAttribute("aria-invalid");
    }

    verdict(comesTo, ask) {
      if (this.label === "Exponent" && isPower(this.typed, comesTo)) return ["refused", "Type the exponent alone."];
      const no = refused(this.typed, ask);
      if (no) return ["refused", no];
      return ask.kind === "break" ? broken(this.typed, comesTo, ask) : verdict(this.typed, comesTo, ask);
    }
  }

  class ListField {
    constructor(ask, id, said, role) {
      this.list = ask.nextElementSibling;
      this.items = [...this.list.children];
      ask.querySelector(".answer-line").remove();
      ask.id = `${id}-asked`;
      this.list.setAttribute("role", role);
      this.list.setAttribute("aria-labelledby", ask.id);
      this.list.setAttribute("aria-describedby", said.id);
      this.list.after(said);
      this.label = ask.textContent.trim();
    }

    set wrong(_is) {} // what is said says it
  }

  // One of a list: a formula, or a line.
  class ChoiceField extends ListField {
    constructor(ask, id, said, changed) {
      super(ask, id, said, "radiogroup");
      this.inputs = this.items.map((item) => {
        const input = element("input", { type: "radio", name: id });
        input.addEventListener("input", changed);
        const words = item.querySelector("p") ?? item;
        const shown = element("span", { id: `${id}-${this.items.indexOf(item)}` }, ...words.childNodes);
        if (shown.querySelector("math")) { // which has no text of its own for a name
          input.setAttribute("aria-label", "ABCDEFGH"[this.items.indexOf(item)]);
          input.setAttribute("aria-describedby", shown.id);
        }
        const label = element("label", {}, input, shown);
        item.setAttribute("role", "presentation");
        item.replaceChildren(label);
        return input;
      });
    }

    get place() { return this.inputs.findIndex(({ checked }) => checked); }
    get typed() { return this.place < 0 ? "" : String(this.place); }
    set typed(text) { for (const [place, input] of this.inputs.entries()) input.checked = String(place) === text; }
    focus() { this.inputs[Math.max(this.place, 0)].focus(); }

    verdict(comesTo, ask) {
      if (this.place < 0) return ["refused", "Choose one first."];
      const said = (comesTo ?? ask.said)[this.place];
      return said ? ["mistake", said] : ["right", "Right."];
    }
  }

  // Steps to put in order, by two buttons each.
  class OrderField extends ListField {
    constructor(ask, id, said, changed, heard) {
      super(ask, id, said, "list");
      this.words = this.items.map((item) => item.textContent.trim().replace(/\.$/, ""));
      for (const [place, item] of this.items.entries()) {
        const move = (by, sign, where) => {
          const button = element("button", { type: "button", textContent: sign });
          button.setAttribute("aria-label", `Move ${where}: ${this.words[place]}`);
          button.addEventListener("click", () => {
            this.move(item, by);
            button.focus();
            changed();
            heard(`${this.words[place]}: ${this.order.indexOf(place) + 1} of ${this.items.length}.`);
          });
          return button;
        };
        const words = item.querySelector("p") ?? item;
        const text = element("span", {}, ...words.childNodes);
        item.setAttribute("role", "listitem");
        item.replaceChildren(element("span", { className: "moves" }, move(-1, "↑", "up"), move(1, "↓", "down")), text);
      }
    }

    move(item, by) {
      if (by < 0) item.previousElementSibling?.before(item);
      else item.nextElementSibling?.after(item);
    }

    get order() { return [...this.list.children].map((item) => this.items.indexOf(item)); }
    get typed() { return this.order.join(); }
    set typed(text) {
      const places = text.split(",").map(Number);
      const known = places.length === this.items.length && this.items.every((_, place) => places.includes(place));
      this.list.append(...(known ? places.map((place) => this.items[place]) : this.items));
    }
    focus() { this.list.querySelector("button").focus(); }

    // An order is right if each step comes after those that give what it needs, and those that need what it replaces.
    verdict(_comesTo, { before }) {
      const { order } = this;
      for (const place of order)
        for (const [other, why] of before[place])
          if (order.indexOf(other) > order.indexOf(place)) {
            const [mine, first] = [`“${this.words[place]}”`, `“${this.words[other]}”`];
            const reason = why === "gives" ? "gives what it needs" : "still needs the old value";
            return ["mistake", `${mine} must come after ${first}, which ${reason}.`];
          }
      return ["right", "Right."];
    }
  }

  // A rule to write, in the editor of rules, which keeps nothing of its text.
  class RuleField {
    typed = "";
    constructor(ask, _id, said) {
      this.box = ask.nextElementSibling;
      ask.querySelector(".answer-line").remove();
      this.box.after(said);
    }
  }

  // --- an exercise ---

  class Exercise {
    constructor(box) {
      this.name = box.id.replace(/^exercise-/, "");
      this.title = box.querySelector(".sd-summary-text");
      this.slots = [...box.querySelectorAll(".drawn")];
      this.first = this.slots.map((slot) => slot.textContent);
      this.set = 0;
      this.said = element("p", { className: "visually-hidden" });
      this.said.setAttribute("role", "status");
      const asks = [...box.querySelectorAll(".ask")];
      const lists = asks.map((ask) => ask.matches(".has-list") ? ask.nextElementSibling : "");
      this.seed = element("span", { className: "exercise-seed" });
      this.fresh = element("button", { type: "button", textContent: "Fresh numbers", hidden: !box.matches(".varies") });
      const [act, name] = box.querySelector(".writes") ? ["write", "Write it"] : ["check", "Check"];
      this.act = element("button", { textContent: name });
      this.buttons = element("p", { className: "exercise-buttons" }, this.act, this.fresh, this.seed);
      this.form = element("form", { noValidate: true, className: "exercise-form" });
      this.form.setAttribute("aria-label", this.title.textContent);
      asks[0].before(this.form);
      this.form.append(...asks.flatMap((ask, place) => [ask, lists[place]]), this.buttons, this.said);
      this.fields = asks.map((ask, place) => this.field(ask, place));
      this.form.addEventListener("submit", (event) => {
        event.preventDefault();
        this.withData((data) => this[act](data));
      });
      this.fresh.addEventListener("click", () => this.withData((data) => this.renew(data)));
      this.form.addEventListener("focusin", () => load().catch(() => {}), { once: true });
    }

    // Put a field into the place of the line that is there without this script, or make one of the list below it.
    field(ask, place) {
      const id = `${this.name}-${place}`;
      const said = element("span", { className: "ask-said", id: `${id}-said` });
      const List = { steps: OrderField, writes: RuleField }[ask.nextElementSibling?.className.match(/steps|writes/)] ?? ChoiceField;
      const Field = ask.matches(".has-list") ? List : NumberField;
      const heard = (text) => { this.said.textContent = text; };
      return Object.assign(new Field(ask, id, said, () => this.say(place, "", ""), heard), { said });
    }

    async withData(then) {
      try {
        await then((await load())[this.name]);
      } catch (problem) {
        this.said.textContent = "";
        this.say(0, "off", "What this exercise needs could not be loaded. Try again.");
        throw problem;
      }
    }

    say(place, kind, text) {
      const field = this.fields[place];
      field.said.className = `ask-said ${kind}`;
      field.said.textContent = text;
      field.wrong = kind && kind !== "right";
    }

    check({ asks, sets }) {
      const found = this.fields.map((field, place) => field.verdict(sets[this.set].asks[place], asks[place]));
      for (const [place, [kind, text]] of found.entries()) this.say(place, kind, text);
      const heard = found.map(([, text], place) => found.length > 1 ? `${this.fields[place].label}: ${text}` : text);
      this.said.textContent = heard.join(" ");
      const wrong = found.findIndex(([kind]) => kind !== "right");
      if (wrong >= 0) this.fields[wrong].focus();
      this.keep(sets[this.set].seed, wrong < 0);
    }

    // Open the editor, and keep what it says of the rule.
    async write({ asks: [ask], sets: [{ seed }] }) {
      const [{ box, said }] = this.fields;
      (await rules.load("../write/write.js", said))?.write(box, this.act, ask, (right) => {
        this.say(0, "", "");
        this.keep(seed, right);
      });
    }

    keep(seed, right) {
      const before = progress.of(page, this.name);
      const typed = this.fields.map((field) => field.typed);
      progress.note(page, boxes.length, this.name, { seed, typed, right, done: right || Boolean(before?.done) });
      this.mark();
      tell();
    }

    // Put other numbers in: the next set, or the first again behind the last.
    renew({ sets }) {
      this.show(sets, (this.set + 1) % sets.length);
      for (const [place, field] of this.fields.entries()) {
        field.typed = "";
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
      for (const [number, field] of this.fields.entries()) {
        field.typed = kept.typed[number] ?? "";
        this.say(number, ...(kept.right ? ["right", "Right."] : ["", ""]));
      }
    }

    forget() {
      for (const [number, slot] of this.slots.entries()) slot.textContent = this.first[number];
      this.set = 0;
      this.seed.textContent = "";
      for (const [place, field] of this.fields.entries()) {
        field.typed = "";
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

  // --- on paper: solutions stand behind all that the page has ---

  const apart = element("section", { className: "solutions" });
  const taken = [];
  addEventListener("beforeprint", () => {
    if (taken.length) return;
    for (const solution of document.querySelectorAll("article .exercise details.sd-dropdown")) {
      if (solution.querySelector("summary").textContent.trim() !== "Solution") continue;
      const title = solution.closest(".exercise").querySelector(".sd-summary-text").firstChild.textContent;
      const place = document.createComment("");
      solution.replaceWith(place);
      taken.push([place, solution]);
      apart.append(element("h3", { textContent: title }), solution);
    }
    if (!taken.length) return;
    apart.prepend(element("h2", { textContent: "Solutions of the exercises" }));
    document.querySelector("article").append(apart);
  });
  addEventListener("afterprint", () => {
    for (const [place, solution] of taken.splice(0)) place.replaceWith(solution);
    apart.remove();
    apart.replaceChildren();
  });

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
