// What sixteen bits leave of errors that are multiplied by a loss scale, as it was counted when the page was made.

import { plain, power } from "./axis.js";

const ZONES = [["becomes 0"], ["loses", "digits"], ["keeps its digits"], ["∞"]];
const SHADES = ["halo", "faint", "paper", "halo"];
const HEADROOM = 1.55; // the height of the axis relative to the tallest bar; the text above needs the rest

// Of two whole numbers that are as near, Python writes the even one.
function whole(value) {
  const below = Math.floor(value);
  return value - below === 0.5 ? below + (below % 2) : Math.round(value);
}
const percent = (share) => (share === 0 || share > 0.005 ? `${whole(100 * share)} %` : "< 1 %");

// What a reader may change, and what follows.
export function subject({ title, format, first, counts, ends, edges, least, outcomes }) {
  const all = counts.reduce((sum, each) => sum + each, 0);
  const numbers = { power: { name: "exponent of the loss scale", low: least, high: least + outcomes.length - 1, step: 1, whole: true } };

  function panelOf(wide, scale, shares, says) {
    const borders = [ends[0], ...edges, ends[1]];
    const axis = plain(...ends, "size before rounding", wide ? 10 : 5);
    return {
      height: wide ? 300 : 290,
      title,
      x: { ...axis, ticks: axis.ticks.map(([at]) => [at, power(2, at)]) },
      y: plain(0, (HEADROOM * Math.max(...counts)) / all, "share", 4),
      zones: ZONES.map((name, n) => ({ from: borders[n], to: borders[n + 1], shade: SHADES[n], says: [...name, percent(shares[n])] })),
      edges: edges.slice(1),
      bars: counts.map((count, n) => ({ x: first + scale + n + 0.5, width: 0.8, y: count / all })),
      drags: { id: "power", name: "exponent of the loss scale", says },
    };
  }

  return {
    numbers,
    choices: {},
    book: { power: 0 },
    hint: "Drag the bars sideways. What rounding does was counted for each scale when this page was made.",
    choose: (state) => state,
    find({ power: scale }) {
      const shares = outcomes[scale - least].map((count) => count / all);
      const [zero, fewer, kept, infinite] = shares.map(percent);
      const says = `With a scale of ${power(2, scale)}, ${zero} become 0, ${fewer} lose digits, ${kept} keep them, and ${infinite} become infinite.`;
      return {
        panels: (wide) => [panelOf(wide, scale, shares, says)],
        says,
        all: `Histogram of the sizes of ${title}, multiplied by a loss scale, over the range of ${format}. ${says}`,
        table: { head: ["scale", "become 0", "lose digits", "keep their digits", "become infinite"], rows: [[power(2, scale), ...shares.map((share) => [percent(share), share])]] },
      };
    },
  };
}
