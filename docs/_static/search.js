// The page of the search. A served site asks Pagefind, whose index has every section, term and function; a page that was
// opened from a disk may not ask it, and has Sphinx's search in its place.
"use strict";
{
  const root = document.documentElement.dataset.content_root;
  const form = document.querySelector(".search-on-page");
  const field = form.querySelector("input");
  const said = document.querySelector(".search-said");
  const list = document.querySelector(".search-found");
  const more = document.querySelector(".search-more");
  const FEW = 3;
  const SHOWN = 8; // at a time: each has a file of its own
  const LONGEST = 36; // words of an excerpt
  const RANKING = { termSimilarity: 5, metaWeights: { heading: 0, page: 0, address: 0, words: 0 } };
  const FOUND = /[\p{L}\p{N}+=/^%]/u; // what the index has of a word
  const NAMES = { "∇": "gradient", "⊙": "hadamard", "∂": "derivative", "∑": "sum", "Σ": "sum", "∏": "product", "×": "product",
    "⊤": "transpose", "ᵀ": "transpose", "≤": "bound", "≥": "bound", "∞": "infinity", "‖": "norm", "√": "root" };
  const SIGN = new RegExp(`[${Object.keys(NAMES).join("")}]`, "gu"); // the index has no signs, and one form of a letter
  const TRANSPOSED = /(?<!\p{L})\p{L}(?=[⊤ᵀ])/gu; // which letter is transposed tells nothing
  const MARK = /[^\P{S}+=^]/gu; // of Markdown, of a language or of money: Pagefind looks for it, and the index has none
  const JOINT = /(?<=\p{L})[.,(]+(?=\p{L}{2})/gu; // between names, which may stand in different places; W.T is one
  const LETTERS = /^[a-z]{3,}$/;
  const ENDING = /(?<=[a-z]{3})(?:ings?|ed|es|ly|[esy])$/; // Pagefind knows words without theirs
  const SMALL = new Set(
    ("a an and any are as at be because but by can could did do does for from had has have how i if in into is it its me " +
     "must my no not of on or should so than that the them then there they this to was we what when where which why will " +
     "with would you").split(" "),
  );

  // --- what is asked ---

  // Return the words of a query that tell something; all of them where none does.
  function telling(query) {
    const signs = [...new Set(query.match(SIGN)?.map((sign) => NAMES[sign]))];
    const rest = query.replace(TRANSPOSED, "").replace(SIGN, " ").replace(MARK, " ").replace(JOINT, " ").replace(/[?!,;:]+(?=\s|$)/g, "").split(/\s+/);
    const words = [...signs, ...rest].filter((word) => FOUND.test(word));
    const kept = words.filter((word) => !SMALL.has(word.toLowerCase()));
    return kept.length ? kept : words;
  }

  // Return how many letters of one word are to be changed, left out, added or swapped to have the other.
  function distance(one, other) {
    const rows = [[...Array(other.length + 1).keys()]];
    for (let i = 1; i <= one.length; i += 1) {
      rows.push([i]);
      for (let j = 1; j <= other.length; j += 1) {
        const changed = rows[i - 1][j - 1] + (one[i - 1] !== other[j - 1]);
        const swapped = one[i - 1] === other[j - 2] && one[i - 2] === other[j - 1] ? rows[i - 2][j - 2] + 1 : changed;
        rows[i][j] = Math.min(rows[i - 1][j] + 1, rows[i][j - 1] + 1, changed, swapped);
      }
    }
    return rows[one.length][other.length];
  }

  // Return a word if the book has one that begins like it, or else the nearest that the book has; none if all are far.
  function nearest(word, known) {
    const asked = word.toLowerCase();
    const start = asked.replace(ENDING, "");
    if (!LETTERS.test(asked) || known.some((each) => each.startsWith(start))) return word;
    const most = asked.length < 5 ? 0 : asked.length < 8 ? 1 : 2;
    const near = known.filter((each) => Math.abs(each.length - asked.length) <= most);
    const far = near.map((each) => distance(asked, each));
    const least = Math.min(most, ...far);
    return near[far.indexOf(least)];
  }

  // Return the words to look for, and those of the query that the book has not.
  function spelt(query, known) {
    const asked = telling(query);
    const words = asked.map((word) => nearest(word, known));
    return { words: words.filter(Boolean), missing: asked.filter((word, place) => word !== words[place]) };
  }

  // Return what has all words; where that is little, behind it what has some, by the sum of what each of them counts.
  async function ask(pagefind, words) {
    if (!words.length) return [];
    const { results } = await pagefind.search(words.join(" "));
    if (results.length >= FEW || words.length < 2) return results;
    const some = new Map();
    for (const word of words)
      for (const result of (await pagefind.search(word)).results) {
        const before = some.get(result.id)?.score ?? 0;
        some.set(result.id, { id: result.id, data: result.data, score: before + result.score });
      }
    for (const { id } of results) some.delete(id);
    return [...results, ...[...some.values()].sort((one, other) => other.score - one.score)];
  }

  // --- what is shown ---

  // Return the first and the last word of the sentences of a text, behind its heading.
  function sentences(words, heading, own) {
    const found = [];
    for (let first = heading, last = heading; last < own; last += 1)
      if (last + 1 === own || (/[.!?:;][”’)]*$/.test(words[last]) && /^[^a-z]/.test(words[last + 1]))) {
        found.push([first, last]);
        first = last + 1;
      }
    return found;
  }

  // Return the sentence with most of what was looked for, and those behind it as long as there is room.
  function excerpt({ raw_content: text, meta, weighted_locations: places }) {
    const words = text.replaceAll("&lt;", "<").replaceAll("&gt;", ">").split(/\s+/).filter(Boolean); // as Pagefind has them
    const heading = meta.heading.split(/\s+/).length;
    const all = sentences(words, heading, Number(meta.words));
    const marked = new Set(places.map((place) => place.location));
    const count = ([first, last]) => [...marked].filter((place) => first <= place && place <= last).length;
    const best = all.reduce((found, each) => (count(each) > count(found) ? each : found), all[0]);
    if (!best) return [];
    let [first, last] = best;
    for (const [, next] of all) if (next > last && next - first < LONGEST) last = next;
    const cut = last - first >= LONGEST;
    if (cut) {
      const start = Math.min(...[...marked].filter((place) => first <= place && place <= last), last);
      const from = Math.max(first, Math.min(start - LONGEST / 2, last - LONGEST));
      last = Math.min(last, from + LONGEST);
      first = from;
    }
    const shown = words.slice(first, last + 1).map((word, place) => [word, marked.has(first + place)]);
    if (first > best[0]) shown.unshift(["…", false]);
    if (cut && last < best[1]) shown.push(["…", false]);
    return shown;
  }

  function element(name, content, properties = {}) {
    const made = Object.assign(document.createElement(name), properties);
    made.append(...content);
    return made;
  }

  function item(data) {
    const link = element("a", [data.meta.heading], { href: root + data.meta.address });
    const place = data.meta.page.endsWith(data.meta.heading) ? [] : [element("span", [data.meta.page], { className: "search-where" })];
    const words = excerpt(data).flatMap(([word, marked]) => [marked ? element("mark", [word]) : word, " "]);
    return element("li", [link, ...place, element("p", words)]);
  }

  // --- one query after another ---

  let latest = 0;

  async function search({ pagefind, known }, query) {
    const mine = (latest += 1);
    const { words, missing } = spelt(query, known);
    const results = await ask(pagefind, words);
    if (mine !== latest) return;
    list.replaceChildren();
    const show = async () => {
      const first = list.children.length;
      const found = await Promise.all(results.slice(first, first + SHOWN).map((result) => result.data()));
      if (mine !== latest) return;
      list.append(...found.map(item));
      more.hidden = list.children.length >= results.length;
      if (first) list.children[first].querySelector("a").focus();
    };
    more.onclick = show;
    await show();
    if (mine === latest) said.textContent = query ? answer(results.length, query, words, missing) : "";
  }

  const quoted = (words) => words.map((word) => `“${word}”`).join(" and ");

  // Say what was found, and for what.
  function answer(number, query, words, missing) {
    if (!missing.length || !number) return `${how(number)} for “${query}”`;
    const results = how(number);
    return `Nothing for ${quoted(missing)}; ${results[0].toLowerCase()}${results.slice(1)} for “${words.join(" ")}”`;
  }

  const how = (number) => ["Nothing was found", "One result"][number] ?? `${number} results`;

  async function load() {
    const pagefind = await import(new URL(`${root}_search/pagefind.js`, document.baseURI));
    await pagefind.options({ noWorker: true, ranking: RANKING });
    const words = fetch(new URL(`${root}_search/words.json`, document.baseURI)).then((answer) => answer.json());
    const [known] = await Promise.all([words, pagefind.init()]);
    return { pagefind, known };
  }

  let engine; // is asked for when it is needed
  const loaded = () => (engine ??= load());

  async function now() {
    const query = field.value.trim();
    const address = new URL(location.href);
    if (query) address.searchParams.set("q", query);
    else address.searchParams.delete("q");
    history.replaceState(history.state, "", address);
    try {
      await loaded();
    } catch {
      return simpler("The index could not be loaded");
    }
    return search(await loaded(), query);
  }

  function begin() {
    let soon;
    field.addEventListener("focus", () => loaded().catch(() => {}), { once: true }); // `now` says so
    field.addEventListener("input", () => {
      clearTimeout(soon);
      soon = setTimeout(now, 200);
    });
    form.addEventListener("submit", (event) => {
      event.preventDefault();
      clearTimeout(soon);
      now();
    });
    if (field.value) now();
  }

  // --- without Pagefind ---

  const add = (file) => new Promise((resolve, reject) => {
    document.body.append(element("script", [], { src: `${root}${file}`, onload: resolve, onerror: reject }));
  });

  let simple; // once
  const simpler = (why) => (simple ??= begun(why));

  async function begun(why) {
    said.textContent = `${why}, so a simpler search answers. It knows words and pages, and looks at no sentence.`;
    for (const file of ["_static/language_data.js", "_static/searchtools.js"]) await add(file);
    sayWords();
    await add("searchindex.js");
  }

  // What was found by a word of the index has the title of its page alone: say the word, or two of them look the same.
  function sayWords() {
    const found = Search._performSearch;
    Search._performSearch = (query, ...rest) => {
      const { docnames, indexentries } = Search._index;
      const asked = query.toLowerCase().trim();
      const words = Object.entries(indexentries).filter(([word]) => word.includes(asked));
      return found(query, ...rest).map(([page, title, anchor, said, score, file, kind]) => {
        const leads = ([, places]) => places.some(([number, id]) => docnames[number] === page && `#${id}` === anchor);
        const word = kind === "index" ? words.find(leads)?.[0] : undefined;
        return [page, title, anchor, said ?? (word && element("span", [word]).innerHTML), score, file, kind];
      });
    };
  }

  field.value = new URLSearchParams(location.search).get("q") ?? "";
  if (location.protocol === "file:") simpler("This page was opened from a disk");
  else begin();
}
