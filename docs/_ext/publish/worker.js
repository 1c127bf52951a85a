// The service worker of the book: it keeps every page for when there is no network. While there is one, the host answers,
// so no page is ever an old one. `publish.offline` writes VERSION, FILES, LETTERS and SEEN in front of this.
"use strict";
{
  const scope = new URL(registration.scope);
  const ours = `${scope.pathname} `; // other books may live on the same host
  const name = ours + VERSION;
  const AT_ONCE = 8; // files that are asked for at a time
  const PATIENCE = 3000; // milliseconds until what is kept answers in the place of a slow host
  const PAUSE = 20000; // and for how long it goes on to do so
  const sparing = () => Boolean(navigator.connection?.saveData); // the reader wants no data to be spent
  const whenSeen = (file) => sparing() || file.startsWith(SEEN);
  const address = (file) => new URL(file, scope).href;

  // A host may have sent the reader on to another address; a page that is kept must not say so.
  const plain = (answer) => answer.redirected ? new Response(answer.body, { headers: answer.headers }) : answer;

  // Keep what is new of this version, and take over from earlier ones what has stayed as it was.
  async function fill() {
    const cache = await caches.open(name);
    const kept = new Map();
    for (const key of await others()) {
      const other = await caches.open(key);
      const list = await other.match(address("?files"));
      const files = list ? await list.json() : {};
      for (const [file, state] of Object.entries(files)) kept.set(`${file} ${state}`, other);
    }
    await cache.put(address("?files"), new Response(JSON.stringify(FILES)));
    const missing = [];
    for (const file of Object.keys(FILES)) if (!(await cache.match(address(file)))) missing.push(file);
    const next = async () => {
      for (let file = missing.pop(); file !== undefined; file = missing.pop()) {
        const before = await kept.get(`${file} ${FILES[file]}`)?.match(address(file));
        if (!before && whenSeen(file)) continue;
        const answer = before ?? (await fetch(address(file), { cache: "no-cache" }));
        if (!answer.ok) throw new Error(`${file}: ${answer.status}`);
        if (!(await caches.has(name))) throw new Error("the reader had all removed");
        await cache.put(address(file), plain(answer));
      }
    };
    await Promise.all(Array.from({ length: AT_ONCE }, next));
  }

  let filling;

  // What a first visit could not fetch, the next one will; a worker that has a book leaves no part of another beside it.
  async function fillOnce() {
    const another = Boolean(registration.active) && !(await caches.has(name));
    filling ??= fill().finally(() => filling = undefined);
    try {
      await filling;
    } catch (problem) {
      if (another) await caches.delete(name);
      throw problem;
    }
  }

  const others = async () => (await caches.keys()).filter((each) => each.startsWith(ours) && each !== name);

  async function forget() {
    await Promise.all((await others()).map((each) => caches.delete(each)));
  }

  // The file that an address asks for; a `%` may stand for itself.
  function fileOf(url) {
    let file = url.pathname.slice(scope.pathname.length);
    try {
      file = decodeURIComponent(file);
    } catch {}
    return file === "" || file.endsWith("/") ? `${file}index.html` : file;
  }

  // What is kept of it; letters fit one state of their page alone, and some hosts leave out the ending of a page.
  async function find(url) {
    const file = fileOf(url);
    if (file in LETTERS && url.searchParams.get("v") !== LETTERS[file]) return undefined;
    const match = (each) => caches.match(address(each), { cacheName: name });
    return (await match(file)) ?? match(`${file}.html`);
  }

  // A reader who had all removed has nothing kept again.
  async function keep(url, answer) {
    const file = fileOf(url);
    if (file in FILES && answer.ok && (await caches.has(name))) await (await caches.open(name)).put(address(file), plain(answer));
  }

  // The page in the place of one that is not kept.
  function notKept() {
    const page = `<!doctype html><html lang="en"><head><meta charset="utf-8"><title>Not kept</title>
<meta name="viewport" content="width=device-width"><meta name="color-scheme" content="light dark"></head>
<body><main><h1>Not kept</h1><p>There is no network, and this browser has not kept what this address asks for.</p>
<p><a href="${scope.href}">The first page of the book</a></p></main></body></html>`;
    const headers = { "Content-Type": "text/html; charset=utf-8", "Content-Security-Policy": "default-src 'none'" };
    return new Response(page, { status: 503, statusText: "Not kept", headers });
  }

  let slowUntil = 0;

  async function answer(event) {
    const { request } = event;
    const url = new URL(request.url);
    const kept = await find(url);
    if (kept && Date.now() < slowUntil) return kept;
    const asked = fetch(request);
    if (!kept && whenSeen(fileOf(url))) event.waitUntil(asked.then((found) => keep(url, found.clone())).catch(() => {}));
    if (!kept) return request.mode === "navigate" ? asked.catch(notKept) : asked;
    const late = new Promise((resolve) => setTimeout(resolve, PATIENCE, "late"));
    const first = await Promise.race([asked.catch(() => kept), late]);
    if (first !== "late") return first;
    slowUntil = Date.now() + PAUSE;
    return kept;
  }

  addEventListener("install", (event) => {
    skipWaiting();
    event.waitUntil(fillOnce());
  });
  addEventListener("message", (event) => {
    const say = () => event.source?.postMessage("filled");
    if (event.data === "fill") event.waitUntil(fillOnce().then(say, say));
  });
  addEventListener("activate", (event) => event.waitUntil(forget().then(() => clients.claim())));
  addEventListener("fetch", (event) => {
    const { method, url } = event.request;
    if (method === "GET" && url.startsWith(scope.href)) event.respondWith(answer(event));
  });
}
