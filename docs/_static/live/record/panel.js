// What stands below the graph: the calculation, buttons that step, what a step did, and the lines of code with what they recorded.

import { bring, button, element } from "../dom.js";
import { field } from "../field.js";
import { addition, short } from "./steps.js";

const cell = (className) => element("td", { className });

// The lines of a calculation, each with its place on the tape, its value and its gradient.
function tape({ names, lines }, actions, say) {
  const leaves = names.slice(0, names.length - lines.length).map((name, place) => ({ name, ...field(`Value of ${name}`, 6, { get: () => actions.get(place), set: (value) => actions.set(place, value) }, say) }));
  const made = [...leaves.map(({ name, input }) => [`${name} = Variable(`, input, ")"]), ...lines.map((line) => [line])];
  const rows = made.map((line, place) => {
    const cells = [cell("record-value"), cell("record-sum")];
    return { cells, row: element("tr", {}, element("td", { className: "record-place", textContent: place }), element("th", { scope: "row" }, element("code", {}, ...line)), ...cells) };
  });
  const call = element("tr", {}, cell("record-place"), element("th", { scope: "row" }, element("code", { textContent: `${names.at(-1)}.backward(keep=True)` })), cell(""), cell(""));
  const head = element("tr", {}, ...["place", "line", "value", "gradient"].map((textContent, n) => element("th", { scope: "col", textContent, className: n > 1 ? "record-head" : "" })));

  function numbers({ records }, { recorded, gradients, now }, place) {
    const isThere = place < recorded;
    const [value, sum] = rows[place].cells;
    rows[place].row.classList.toggle("record-ahead", !isThere);
    value.replaceChildren(...(isThere ? [element("data", { value: records[place].value, textContent: short(records[place].value) })] : []));
    const gradient = gradients.get(place);
    const terms = now?.to === place && now.before !== undefined ? addition(now) : "";
    sum.replaceChildren(...(gradient === undefined ? [] : [element("span", { className: "record-terms", textContent: terms }), element("data", { value: gradient, textContent: short(gradient) })]));
  }

  return {
    table: element("table", { className: "record-tape" }, element("thead", {}, head), element("tbody", {}, ...rows.map(({ row }) => row), call)),
    type: (place) => leaves[place].input.select(),
    show(found, there) {
      const { recorded, now } = there;
      rows.forEach(({ row }, place) => {
        numbers(found, there, place);
        row.classList.toggle("record-lit", now ? now.to === place : place === recorded - 1);
      });
      call.classList.toggle("record-lit", Boolean(now));
      call.classList.toggle("record-ahead", !now);
      for (const each of leaves) each.show();
    },
  };
}

// Make the panel. `actions` reads and changes the leaves, steps, calls and clears; `titles` are the calculations by name.
export function panel(titles, actions) {
  const refused = element("p", { className: "live-said", role: "status" });
  const now = element("p", { className: "record-now", role: "status" });
  const link = element("a", { className: "live-link", textContent: "Link to these numbers", hidden: true });
  const select = element("select", {}, ...Object.entries(titles).map(([value, textContent]) => element("option", { value, textContent })));
  const again = button("Backward", actions.backward);
  const place = element("div", {});
  const say = (content) => {
    refused.textContent = content;
    if (content) bring(refused);
  };
  select.addEventListener("change", () => actions.choose(select.value));
  const steps = element("p", { className: "live-more" }, button("Step", () => actions.step(1)), button("Step back", () => actions.step(-1)), button("From the beginning", actions.beginning), again, button("Zero the gradients", actions.zero));
  const keys = element("span", { className: "live-keys", textContent: ", or use arrow keys on them, with Shift for small steps" });
  const hint = element("p", { className: "live-hint" }, "The package’s own tape runs here at each change. Drag or type the leaves", keys, ".");
  let shown;
  let lines;
  return {
    box: element("div", { className: "live-panel" }, element("p", { className: "live-choices" }, element("label", {}, "Calculation ", select), link), steps, refused, now, place, hint),
    say,
    type: (leafPlace) => lines.type(leafPlace),
    show({ of, isDone }, calculation, found, there, says, address) {
      if (shown !== of) {
        lines = tape(calculation, actions, say);
        place.replaceChildren(lines.table);
        shown = of;
      }
      select.value = of;
      lines.show(found, there);
      now.replaceChildren(...says);
      again.textContent = isDone ? "Backward again" : "Backward";
      link.hidden = !address;
      if (address) link.href = address;
    },
  };
}
