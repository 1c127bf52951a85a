// Gradient descent on the figure's own numbers: a step, or a hundred, and the curve of the cost.

import { bring, button, element, shape } from "./dom.js";
import { threeDigits } from "./number.js";
import { shown, typed } from "./state.js";

const MANY = 100;
export const SIZE = [150, 36];

// Return the points of a curve whose highest point may be another curve's.
export function curve(costs, highest = Math.max(...costs) || 1) {
  const points = costs.map((cost, n) => [(n / Math.max(1, costs.length - 1)) * SIZE[0], SIZE[1] - 1 - (cost / highest) * (SIZE[1] - 2)]);
  return points.map((point) => point.map((each) => each.toFixed(1)).join(",")).join(" ");
}

// Return a rate that somebody has typed; one that leads nowhere, or uphill, is refused in words.
function rateOf(text) {
  const rate = typed(text);
  if (!(rate > 0)) throw new RangeError(`${shown(text)} leads nowhere, or uphill; a number above 0 was expected.`);
  return rate;
}

// Make the buttons and the curve. `step` takes one step with a rate, and returns the cost after it, or nothing if the reader
// has changed a number since; `cost` is that of now.
export function downhill(step, cost, say) {
  const rate = element("input", { type: "text", inputMode: "decimal", autocomplete: "off", size: 4, value: "0.5" });
  const line = shape("polyline", { class: "live-curve-line" });
  const drawing = shape("svg", { viewBox: `0 0 ${SIZE.join(" ")}`, width: SIZE[0], height: SIZE[1], "aria-hidden": true }, line);
  const words = element("span");
  const shown = element("p", { className: "live-curve", hidden: true, role: "status" }, drawing, words);
  const still = matchMedia("(prefers-reduced-motion: reduce)");
  let costs = [];
  let left = 0;
  let runs = 0; // which run this is: rules that a reader has changed answer later, when another may have begun
  let next;

  function draw() {
    shown.hidden = costs.length < 2;
    if (shown.hidden) return;
    bring(shown);
    line.setAttribute("points", curve(costs));
    words.textContent = `cost ${threeDigits(costs[0])} → ${threeDigits(costs.at(-1))}, ${costs.length - 1} ${costs.length === 2 ? "step" : "steps"}`;
  }
  async function once(run) {
    if (!costs.length) costs = [cost()];
    const ours = costs;
    const after = await step(rateOf(rate.value));
    rate.removeAttribute("aria-invalid");
    if (after !== undefined && costs === ours) costs.push(after);
    if (run === runs) left -= 1;
  }
  async function go(run) {
    try {
      do await once(run); while (still.matches && left > 0 && run === runs);
    } catch (problem) {
      if (!(problem instanceof RangeError)) throw problem;
      left = 0;
      rate.setAttribute("aria-invalid", true);
      say(`The rate: ${problem.message}`);
    }
    draw();
    if (left > 0 && run === runs) next = requestAnimationFrame(() => go(run));
  }
  function end() {
    left = 0;
    runs += 1;
    cancelAnimationFrame(next);
  }
  const begin = (steps) => () => {
    const moving = left > 0;
    end();
    say("");
    if (moving) return;
    left = steps;
    go(runs);
  };
  return {
    buttons: [button("Step downhill", begin(1)), button(`${MANY} steps`, begin(MANY)), element("label", { className: "live-rate" }, "rate ", rate)],
    box: shown,
    // The rate that stands there, if one can step with it.
    rate() {
      try {
        return rateOf(rate.value);
      } catch (problem) {
        if (!(problem instanceof RangeError)) throw problem;
        return undefined;
      }
    },
    take(value) {
      rate.value = value;
    },
    // A reader who changes a number begins another curve.
    begin() {
      end();
      costs = [];
      draw();
    },
  };
}
