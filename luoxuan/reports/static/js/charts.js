// Charts of a report: ECharts is fetched when the first chart nears the viewport, never before.
const places = [...document.querySelectorAll("[data-chart]")];
const drawn = new Map();
const PAPER_WIDTH = 640;
let library;

function load(address) {
    library ??= new Promise((resolve, reject) => {
        const script = document.createElement("script");
        script.src = address;
        script.onload = () => resolve(window.echarts);
        script.onerror = reject;
        document.head.append(script);
    });
    return library;
}

function token(name) {
    return getComputedStyle(document.documentElement).getPropertyValue(name).trim();
}

// The option is that of the paper; on the screen only ink, lines and font follow the page.
function onScreen(option, isPaper) {
    const font = getComputedStyle(document.body).fontFamily;
    const screen = { ...option, textStyle: { ...option.textStyle, fontFamily: font } };
    if (isPaper || document.documentElement.dataset.bsTheme !== "dark") return screen;
    const ink = token("--text"), soft = token("--text-3"), line = token("--line");
    screen.textStyle.color = ink;
    screen.xAxis = { ...option.xAxis, axisLabel: { ...option.xAxis.axisLabel, color: soft }, axisLine: { lineStyle: { color: line } } };
    screen.yAxis = { ...option.yAxis, axisLabel: { ...option.yAxis.axisLabel, color: soft }, splitLine: { lineStyle: { color: line } } };
    screen.series = option.series.map((series) => ({ ...series, label: { ...series.label, color: ink } }));
    if (option.legend) screen.legend = { ...option.legend, textStyle: { color: ink } };
    return screen;
}

function narrowed(option, width) {
    if (width >= 480) return option;
    const grid = { ...option.grid, right: Math.min(option.grid.right, 84) };
    const axisLabel = { ...option.xAxis.axisLabel, width: 64, fontSize: 11 };
    return { ...option, grid, xAxis: { ...option.xAxis, axisLabel } };
}

async function draw(place) {
    const echarts = await load(place.dataset.echarts);
    const option = JSON.parse(document.getElementById(place.dataset.chart).textContent);
    const chart = drawn.get(place) ?? echarts.init(place, null, { renderer: "svg" });
    drawn.set(place, chart);
    chart.setOption(narrowed(onScreen(option, false), place.clientWidth), true);
    place.dataset.drawn = "yes";
}

// A chart that cannot be drawn gives way to its table.
function giveUp(place) {
    place.hidden = true;
    place.closest("figure").querySelector("details").open = true;
}

const watcher = new IntersectionObserver((entries) => {
    for (const entry of entries.filter((one) => one.isIntersecting)) {
        watcher.unobserve(entry.target);
        draw(entry.target).catch(() => giveUp(entry.target));
    }
}, { rootMargin: "200px" });
places.forEach((place) => watcher.observe(place));

new ResizeObserver(() => drawn.forEach((chart) => chart.resize())).observe(document.body);
new MutationObserver(() => drawn.forEach((_chart, place) => draw(place))).observe(document.documentElement, { attributes: true, attributeFilter: ["data-bs-theme"] });

// Paper waits for nobody: what is not drawn yet is printed as its table.
window.addEventListener("beforeprint", () => {
    places.filter((place) => !drawn.has(place)).forEach(giveUp);
    drawn.forEach((chart) => chart.resize({ width: PAPER_WIDTH }));
});
window.addEventListener("afterprint", () => drawn.forEach((chart) => chart.resize({ width: "auto" })));
