// The schedule of a pipeline, which the rules run at each change: who does what when, what is kept, and how long stages wait.

import { number, start } from "../engine.js";
import { threeDigits } from "../number.js";
import { plain } from "./axis.js";
import { box, path, text } from "./drawing.js";

const FILES = ["pipeline.py", "diagram/plots/live_pipeline.py"];
const DECIMALS = 9; // what lies behind them is rounding
const ROW = 30; // how high a row is, in pixels of the drawing
const BAR = { forward: [-12, 6], back: [-6, 12] }; // from where to where a bar is in its row
const ROOM = [[7, 3, ""], [5, 1, "plot-small"]]; // what a digit takes, and the bar around all of them
const COLUMNS = [20, 60]; // to the right of the rows

const at = (time) => Number(time.toFixed(DECIMALS));
const way = ({ isForward }) => (isForward ? "forward" : "back");
const count = (number, one, more) => `${number} ${number === 1 ? one : more}`;
const percent = (share) => `${threeDigits(100 * share)}%`;

// The number of a pass in its bar, where there is room for all of them.
function numbered({ batch }, digits, [left, right], y) {
  const room = ROOM.find(([digit, around]) => right - left >= digit * digits + around);
  return room ? [text(batch + 1, (left + right) / 2, y + 4, { class: room[2] })] : [];
}

function bar(pass, digits, now, rows) {
  const ends = [rows.x(pass.start), rows.x(pass.end)];
  const [top, floor] = BAR[way(pass)].map((part) => rows.y(pass.stage + 1) + part);
  const when = pass.start > now ? " plot-ahead" : pass.end > now ? " plot-runs" : "";
  return [box(`plot-pass plot-${way(pass)}${when}`, ends, [top, floor]), ...numbered(pass, digits, ends, (top + floor) / 2)];
}

function legend(left, y) {
  const swatch = (name, from) => box(`plot-pass plot-${name}`, [from, from + 16], BAR[name].map((part) => y + part / 2));
  const named = (name, from) => text(name, from, y + 4, { "text-anchor": "start" });
  return [swatch("forward", left), named("forward", left + 21), swatch("back", left + 82), named("back", left + 103), path("plot-waits", [[left + 148, y], [left + 172, y]]), named("waits", left + 177)];
}

// All that is drawn of a schedule, at a time.
function drawn({ passes, kept, most, waits, formula, end }, now, rows, { left, right, top, floor }) {
  const digits = String(1 + Math.max(...passes.map(({ batch }) => batch))).length;
  const beside = (values, y) => values.map((value, n) => text(value, right + COLUMNS[n], y));
  return [
    ...legend(left, top - 46),
    text(`waiting ${percent(waits)}, by the formula ${percent(formula)}`, left, top - 22, { class: "plot-name", "text-anchor": "start" }),
    ...most.map((_, stage) => path("plot-waits", [[rows.x(0), rows.y(stage + 1)], [rows.x(end), rows.y(stage + 1)]])),
    ...passes.flatMap((pass) => bar(pass, digits, now, rows)),
    ...beside(["keeps", "at most"], top - 4),
    ...most.flatMap((each, stage) => beside([kept[stage], each], rows.y(stage + 1) + 4)),
    path("plot-time", [[rows.x(now), top - 4], [rows.x(now), floor]]),
  ];
}

// What a reader may change, and what follows.
export async function subject({ orders, book }) {
  const python = await start(undefined, FILES);
  const rules = python.pyimport("literate_bp.diagram.plots.live_pipeline");
  let last = {};

  function run({ order, stages, batches, back }) {
    const question = JSON.stringify({ order, stages, batches, back });
    if (last.question === question) return last;
    const [[waits, formula, ...most], ...lines] = rules.answer(question).split("\n").map((line) => line.split(" ").map(number));
    const passes = lines.map(([stage, batch, forward, from, to, during, after]) => ({ stage, batch, isForward: forward === 1, start: at(from), end: at(to), during, after }));
    last = { question, waits, formula, most, passes, end: Math.max(...passes.map(({ end }) => end)) };
    return last;
  }
  const moments = (state) => [...new Set(run(state).passes.flatMap(({ start: from, end }) => [from, end]))].sort((one, other) => one - other);

  // Who has seen all of a schedule sees all of the next one.
  function change(state, id, value) {
    const next = { ...state, [id]: value };
    if (id === "time") return next;
    const { end } = run(next);
    return { ...next, time: state.time >= run(state).end ? end : Math.min(state.time, end) };
  }

  // Return what each stage does at a time, and how many small batches it keeps.
  function stagesAt({ passes, most }, now) {
    const begun = passes.filter(({ start: from }) => from <= now);
    return most.map((_, stage) => {
      const pass = begun.findLast((each) => each.stage === stage);
      if (pass?.end > now) return { does: `${way(pass)} ${pass.batch + 1}`, keeps: pass.during };
      return { does: "waits", keeps: pass?.after ?? 0 };
    });
  }

  return {
    numbers: {
      stages: { name: "stages", low: 1, high: 8, step: 1, whole: true },
      batches: { name: "small batches", low: 1, high: 16, step: 1, whole: true },
      back: { name: "time of a way back", low: 0.25, high: 4, step: 0.5 },
      time: { name: "time", low: 0, high: (state) => run(state).end, step: 1 },
    },
    choices: { order: { name: "Order", options: new Map(Object.entries(orders)) } },
    buttons: [
      ["Step", (state) => ({ ...state, time: moments(state).find((each) => each > state.time) ?? 0 })],
      ["Step back", (state) => ({ ...state, time: moments(state).findLast((each) => each < state.time) ?? run(state).end })],
      ["From the beginning", (state) => ({ ...state, time: 0 })],
    ],
    book: { ...book, time: run(book).end },
    hint: "The schedule is run here at each change. A way forward takes a time of 1. Step through it, or drag the picture sideways.",
    choose: change,
    change,
    find(state) {
      const found = run(state);
      const now = stagesAt(found, state.time);
      const kept = now.map(({ keeps }) => keeps);
      const whole = `All takes a time of ${found.end}. Stages wait ${percent(found.waits)} of it, and ${percent(found.formula)} by the formula. Small batches kept at most, by stage: ${found.most.join(", ")}.`;
      const here = `At time ${state.time}: ${now.map(({ does }, stage) => `stage ${stage + 1} ${does}`).join(", ")}. Small batches kept, by stage: ${kept.join(", ")}.`;
      const isOver = state.time >= found.end;
      const begins = (stage) => found.passes.filter((pass) => pass.stage === stage).map((pass) => `${pass.start} ${way(pass)} ${pass.batch + 1}`).join(", ");
      const says = isOver ? whole : here;
      return {
        panels: (wide) => [{
          height: 120 + ROW * state.stages,
          margin: { top: 68, right: 88 },
          x: plain(0, found.end, "time", wide ? 8 : 4),
          y: { name: "stage", low: state.stages + 0.5, high: 0.5, of: (value) => value, ticks: now.map((_, stage) => [stage + 1, String(stage + 1)]) },
          more: (rows, place) => drawn({ ...found, kept }, state.time, rows, place),
          drags: { id: "time", name: "time in the picture", says },
        }],
        says,
        all: `${count(state.batches, "small batch", "small batches")} in a pipeline of ${count(state.stages, "stage", "stages")}, ${orders[state.order]}. ${isOver ? whole : `${here} ${whole}`}`,
        table: {
          head: ["stage", "keeps", "keeps at most", "begins"],
          rows: now.map(({ keeps }, stage) => [`stage ${stage + 1}`, [String(keeps), keeps], [String(found.most[stage]), found.most[stage]], begins(stage)]),
        },
      };
    },
  };
}
