// What Lighthouse finds of pages on a phone: node lighthouse.mjs CHROMIUM TIMES FLAGS ADDRESS …, a line of JSON a run.
import { launch } from "chrome-launcher";
import lighthouse from "lighthouse";

const [chromePath, times, flags, ...addresses] = process.argv.slice(2);
const options = { onlyCategories: ["performance"], logLevel: "error", disableFullPageScreenshot: true };
const chrome = await launch({ chromePath, chromeFlags: JSON.parse(flags) });
try {
  for (const address of addresses)
    for (let run = 0; run < Number(times); run++) {
      const { lhr } = await lighthouse(address, { port: chrome.port, ...options });
      const value = (name) => lhr.audits[name].numericValue;
      const found = {
        address,
        performance: lhr.categories.performance.score,
        paint: value("largest-contentful-paint"),
        blocked: value("total-blocking-time"),
        shift: value("cumulative-layout-shift"),
        machine: lhr.environment.benchmarkIndex,
      };
      console.log(JSON.stringify(found));
    }
} finally {
  chrome.kill();
}
