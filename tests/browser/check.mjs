// Opens a report in Chromium as a reader would: three widths, two schemes. Run by
// tests/suite/browser.rs; needs playwright-core and axe-core under $SCALECALC_BROWSER.
//
// node check.mjs report.html curve.svg curve.png   prints one line of JSON: what was found.
import { createRequire } from "node:module";
import { readFileSync } from "node:fs";
import { pathToFileURL } from "node:url";

const require = createRequire(process.env.SCALECALC_BROWSER + "/package.json");
const { chromium } = require("playwright-core");
const axe = readFileSync(require.resolve("axe-core/axe.min.js"), "utf8");
const [report, svg, png] = process.argv.slice(2);
const url = pathToFileURL(report).href;
const found = { errors: [], requests: [], violations: [], views: [] };

const browser = await chromium.launch({
  executablePath: process.env.SCALECALC_CHROMIUM || "/usr/bin/chromium",
  args: ["--no-sandbox"],
});
for (const colorScheme of ["light", "dark"]) {
  for (const width of [360, 800, 1400]) {
    const context = await browser.newContext({ viewport: { width, height: 900 }, colorScheme });
    const page = await context.newPage();
    page.on("console", (message) => {
      if (["error", "warning"].includes(message.type())) found.errors.push(message.text());
    });
    page.on("pageerror", (error) => found.errors.push(String(error)));
    page.on("request", (request) => {
      if (request.url() !== url) found.requests.push(request.url());
    });
    await page.goto(url);
    if (process.env.SCALECALC_SHOTS)
      await page.screenshot({ path: `${process.env.SCALECALC_SHOTS}/${colorScheme}-${width}.png`, fullPage: true });
    const view = { colorScheme, width };
    view.overflow = await page.evaluate(() => document.documentElement.scrollWidth > innerWidth);
    // Keys walk over the measured sizes.
    await page.focus(".figure");
    const read = async (key) => {
      await page.keyboard.press(key);
      return page.textContent(".readout");
    };
    view.keys = [await read("Home"), await read("ArrowRight"), await read("End")];
    // Sliders move the peak.
    const form = page.locator("form.sliders-form");
    if (await form.count()) {
      view.before = await form.getAttribute("data-peak");
      await page.focus("input[name=beta]");
      for (let step = 0; step < 20; step++) await page.keyboard.press("ArrowRight");
      view.after = await form.getAttribute("data-peak");
      view.curve = await page.locator(".changed").first().getAttribute("d");
      view.beta = await page.textContent("output[data-of=beta]");
      await page.click("form.sliders-form button");
      view.back = await form.getAttribute("data-peak");
    }
    await page.evaluate(() => document.querySelectorAll("details").forEach((d) => (d.open = true)));
    await page.waitForTimeout(50);
    view.json = JSON.parse(await page.textContent("details.data pre")).kind;
    // The policy of the page forbids new scripts, not those of the debugger.
    await page.evaluate(axe);
    const result = await page.evaluate(() => window.axe.run(document, { resultTypes: ["violations"] }));
    for (const violation of result.violations)
      found.violations.push(`${colorScheme} ${width}: ${violation.id}: ${violation.nodes.map((n) => n.html).join(" | ")}`);
    found.views.push(view);
    await context.close();
  }
}

// The PNG beside the SVG as the browser draws it, in blocks of 20 pixels of the sheet.
if (svg && png) {
  const page = await (await browser.newContext()).newPage();
  const data = (path, type) => `data:${type};base64,` + readFileSync(path).toString("base64");
  found.difference = await page.evaluate(
    async ([left, right]) => {
      const blocks = async (source) => {
        const image = new Image();
        image.src = source;
        await image.decode();
        const canvas = document.createElement("canvas");
        canvas.width = 860;
        canvas.height = Math.round((860 * image.naturalHeight) / image.naturalWidth);
        const context = canvas.getContext("2d");
        context.imageSmoothingQuality = "high";
        context.drawImage(image, 0, 0, canvas.width, canvas.height);
        const { data } = context.getImageData(0, 0, canvas.width, canvas.height);
        const wide = 43, high = Math.floor(canvas.height / 20), sums = new Float64Array(3 * wide * high);
        for (let y = 0; y < 20 * high; y++)
          for (let x = 0; x < 860; x++)
            for (let c = 0; c < 3; c++)
              sums[3 * (wide * Math.floor(y / 20) + Math.floor(x / 20)) + c] += data[4 * (860 * y + x) + c] / 400;
        return { height: canvas.height, sums };
      };
      const [a, b] = [await blocks(left), await blocks(right)];
      const each = Array.from(a.sums, (value, at) => Math.abs(value - b.sums[at]));
      return {
        heights: [a.height, b.height],
        mean: each.reduce((sum, value) => sum + value, 0) / each.length,
        worst: Math.max(...each),
      };
    },
    [data(svg, "image/svg+xml"), data(png, "image/png")],
  );
}
await browser.close();
console.log(JSON.stringify(found));
