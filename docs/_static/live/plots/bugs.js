// A bug of the gallery: how the cost goes with it and without, and what each check finds where, as it was when the page was made.

import { threeDigits } from "../number.js";
import { plain } from "./axis.js";
import { box, path, text } from "./drawing.js";

const HEIGHT = 322;
const CELL = 20; // a square, in pixels of the drawing
const GAP = 28; // between layers
const ROW = 19; // how high a row is, of those that name a check
const BAR = [104, 110]; // where the bars of checks begin, and how long one is of what is all wrong
const ANSWERS = new Map([["hidden", "hidden"], ["shown", "shown"]]);

const percent = (share) => (share ? `${(100 * share).toFixed(1)}%` : "0%");
const worst = (rows) => Math.max(...rows.flat());
const worstOf = (arrays) => Math.max(...Object.values(arrays).map(worst));

// Return what an array is, and of which layer: of *weights of layer 1*, both.
function parts(name) {
  const [kind, layer = ""] = name.split(" of ");
  return [kind, layer];
}

// The squares of an array, the fuller the more an entry is off, in a frame. What is off by no more than can be told is empty.
function squares(rows, telling, left, top) {
  const at = (n) => [n * CELL, (n + 1) * CELL];
  const cells = rows.flatMap((row, y) => row.map((error, x) => [error, at(x).map((each) => left + each), at(y).map((each) => top + each)]));
  const full = cells.filter(([error]) => error > telling).map(([error, across, down]) => {
    const made = box("plot-off", across, down);
    made.setAttribute("fill-opacity", Math.min(1, error).toFixed(3));
    return made;
  });
  return [...full, box("plot-frame", [left, left + rows[0].length * CELL], [top, top + rows.length * CELL])];
}

// The arrays of a check: those of a layer one below the other, and layers side by side.
function places(arrays, left, top) {
  const named = Object.entries(arrays).map(([name, rows]) => [...parts(name), rows]);
  const layers = new Set(named.map(([, layer]) => layer));
  const most = Math.max(...named.map(([, , rows]) => rows.length));
  let from = left;
  return [...layers].flatMap((layer) => {
    const own = named.filter((each) => each[1] === layer);
    const here = from;
    from += own[0][2][0].length * CELL + GAP;
    const title = layer ? [[layer, here, top]] : [];
    return [...title, ...own.map(([name, , rows], n) => [`${name} ${percent(worst(rows))}`, here, top + 16 + n * (most * CELL + 20), rows])];
  });
}

function drawnArrays(arrays, telling, { left, top }) {
  if (!arrays) return [text("With dropout, a step has no single gradient.", left, top + 20, { "text-anchor": "start" })];
  return places(arrays, left, top + 12).flatMap(([name, x, y, rows]) => [text(name, x, y, { "text-anchor": "start", class: rows ? "" : "plot-name" }), ...(rows ? squares(rows, telling, x, y + 6) : [])]);
}

// What each check finds at most.
function drawnChecks(checks, errors, chosen, telling, left, top) {
  return checks.flatMap((check, n) => {
    const y = top + n * ROW;
    const name = text(check, left, y, { "text-anchor": "start", class: check === chosen ? "plot-chosen" : "" });
    if (!errors[check]) return [name, text("–", left + BAR[0], y, { "text-anchor": "start" })];
    const found = worstOf(errors[check]);
    const end = left + BAR[0] + BAR[1] * Math.min(1, found);
    const says = found > telling ? `${percent(found)}: caught` : `${percent(found)}: passes`;
    return [name, box("plot-off", [left + BAR[0], end], [y - 9, y + 1]), text(says, end + 6, y, { "text-anchor": "start" })];
  });
}

// What a reader may change, and what follows.
export function subject({ steps, checks, telling, runs, bugs, book }) {
  const gap = steps[1];
  const sides = [["with the bug", "error", "circle"], ["without", "ink", "square"]];
  const pairOf = ({ bug }) => bugs[bug].runs.map((n) => runs[n]);
  const now = ({ step }) => step / gap;

  function costs(wide, state, says) {
    const pair = pairOf(state);
    const points = (values) => values.map((value, n) => [steps[n], value]);
    const lines = sides.map(([name, of, mark], n) => ({ name, of, mark, dashed: n ? "dashed" : "", all: pair[n].costs.map(points) }));
    const all = pair.flatMap(({ costs: of }) => of.flat());
    const [least, most] = [Math.min(...all), Math.max(...all)];
    const room = 0.05 * (most - least || most || 1);
    return {
      height: wide ? HEIGHT : 290,
      x: plain(0, steps.at(-1), "steps", 5),
      y: plain(least - room, most + room, "cost", 5),
      more: (at, { top, floor }) => [path("plot-time", [[at.x(state.step), top], [at.x(state.step), floor]])],
      lines: [
        ...lines.flatMap(({ of, dashed, all }) => all.map((each) => ({ of, dashed, thin: true, points: each }))),
        ...lines.map(({ all, mark, ...line }) => ({ ...line, points: all[state.start - 1].slice(0, now(state) + 1) })),
        ...lines.map(({ of, mark, all }) => ({ of, mark, points: [all[state.start - 1][now(state)]] })),
      ],
      drags: { id: "step", name: "step in the picture", says },
    };
  }

  function where(wide, { bug, check }) {
    const { errors } = bugs[bug];
    return {
      height: HEIGHT,
      bare: true,
      title: `bug ${bug}, check: ${check}`,
      margin: { left: wide ? 24 : 14, right: 0, bottom: 0 },
      x: plain(0, 1, ""),
      y: plain(0, 1, ""),
      more: (at, place) => [...drawnArrays(errors[check], telling, place), ...drawnChecks(checks, errors, check, telling, place.left, place.floor - 12 - ROW * (checks.length - 1))],
    };
  }

  // Say what the chosen check finds, and whether it catches the bug.
  function verdict({ bug, check }) {
    const found = bugs[bug].errors[check];
    if (!found) return `With dropout, a step has no single gradient, so the check of the ${check} has nothing to compare.`;
    return `The check of the ${check} finds what is off by ${percent(worstOf(found))} at most: ${worstOf(found) > telling ? "the bug is caught" : "the bug passes"}.`;
  }
  function allChecks({ bug, check }) {
    const { errors } = bugs[bug];
    const catching = checks.filter((each) => errors[each] && worstOf(errors[each]) > telling);
    const arrays = Object.entries(errors[check] ?? {}).map(([name, rows]) => `${name} ${percent(worst(rows))}`);
    return `Caught by: ${catching.join(", ")}.${arrays.length ? ` Off at most, by the check of the ${check}: ${arrays.join(", ")}.` : ""}`;
  }

  const follow = (state, id, value) => ({ ...state, [id]: value, ...(id === "bug" ? { answer: "hidden" } : {}) });
  const at = (state, n) => ({ ...state, step: steps[Math.max(0, Math.min(steps.length - 1, n))] });
  return {
    numbers: {
      start: { name: "start", low: 1, high: runs[0].shares.length, step: 1, whole: true },
      step: { name: "step", low: 0, high: steps.at(-1), step: gap, each: gap, whole: true },
    },
    choices: {
      bug: { name: "Bug", options: new Map(Object.keys(bugs).map((name) => [name, name])) },
      check: { name: "Check", options: new Map(checks.map((name) => [name, name])) },
      answer: { name: "Answer", options: ANSWERS },
    },
    buttons: [
      ["Step", (state) => at(state, state.step === steps.at(-1) ? 0 : now(state) + 1)],
      ["Step back", (state) => at(state, state.step ? now(state) - 1 : steps.length - 1)],
      ["From the beginning", (state) => at(state, 0)],
    ],
    book,
    hint: `The runs are too large for this page: they ran when it was made, and the cost was taken at every ${gap === 2 ? "second" : `${gap}th`} step. Thin lines are all starts. Drag the picture sideways to go through the steps.`,
    choose: follow,
    change: (state, id, value) => ({ ...state, [id]: id === "step" ? gap * Math.round(value / gap) : value }),
    find(state) {
      const pair = pairOf(state);
      const values = (n) => pair.flatMap(({ costs: of }) => [of[n][now(state)]]).concat(pair.map(({ costs: of }) => of[n].at(-1)), pair.map(({ shares }) => shares[n]));
      const [here, beside, last, other] = values(state.start - 1).map(threeDigits);
      const [read, known] = pair.map(({ shares }) => percent(shares[state.start - 1]));
      const says = `Bug ${state.bug}, start ${state.start}: after ${state.step} steps, the cost is ${here} with the bug and ${beside} without; at the end, ${last} and ${other}. Of other digits, ${read} and ${known} are read right. ${verdict(state)}`;
      const { answer } = bugs[state.bug];
      return {
        panels: (wide) => [costs(wide, state, says), where(wide, state)],
        says,
        code: state.answer === "shown" ? answer : "",
        all: `The cost against the steps from ${runs[0].shares.length} starts, with bug ${state.bug} and without, and what checks find. ${says} ${allChecks(state)}`,
        table: {
          head: ["start", "cost with the bug", "cost without", "last cost with the bug", "last cost without", "read right with the bug", "read right without"],
          rows: pair[0].shares.map((_, n) => [n + 1, ...values(n).map((value) => [threeDigits(value), value])]),
        },
      };
    },
  };
}
