// Makes a picture of the charts the page shows, with title, notes, source and date inside. Nothing is fetched:
// the charts are the SVG that stands in the page, a PNG is drawn from it by the browser.
const EDGE = 24;
const ROOM = 1160; // small charts stand side by side in it
const FONT = '"Noto Sans CJK SC", "PingFang SC", "Microsoft YaHei", sans-serif';
const TEXT = { title: [20, 700, 28, 1], heading: [15, 700, 24, 1], note: [12, 400, 18, 2] }; // size, weight, leading, colour
const SVG = "http://www.w3.org/2000/svg";

// Lines no wider than the picture; Chinese breaks between any two characters but before no comma, a Latin word stays whole.
function wrapped(text, kind, width) {
  const [size, weight] = TEXT[kind];
  const pen = document.createElement("canvas").getContext("2d");
  pen.font = `${weight} ${size}px ${FONT}`;
  const lines = [""];
  for (const piece of text.match(/[\u2e80-\uffef][，。；：、）”]*|[^\s\u2e80-\uffef]+\s*|\s+/g) ?? []) {
    const longer = lines[lines.length - 1] + piece;
    if (pen.measureText(longer.trimEnd()).width > width && lines[lines.length - 1]) lines.push(piece);
    else lines[lines.length - 1] = longer;
  }
  return lines;
}

function element(name, attributes, text) {
  const made = document.createElementNS(SVG, name);
  for (const [key, value] of Object.entries(attributes)) made.setAttribute(key, value);
  if (text !== undefined) made.textContent = text;
  return made;
}

function drawing(charts, data) {
  const sizes = charts.map((chart) => chart.querySelector(".main-svg").getBoundingClientRect());
  const widest = Math.max(...sizes.map((size) => size.width));
  const columns = Math.max(1, Math.min(charts.length, Math.floor(ROOM / (widest + EDGE))));
  const inner = Math.max(320, columns * (widest + EDGE) - EDGE);
  const picture = element("svg", { xmlns: SVG, role: "img", "font-family": FONT });
  picture.append(element("title", {}, data.title), element("desc", {}, data.lines.join(" ")));
  const paper = element("rect", { width: "100%", height: "100%", fill: data.colours[0] });
  picture.append(paper);
  let y = EDGE;
  const write = (text, kind, x = EDGE, width = inner) => {
    const [size, weight, leading, colour] = TEXT[kind];
    const fill = data.colours[colour];
    for (const line of wrapped(text, kind, width)) {
      picture.append(element("text", { x, y: y + size, "font-size": size, "font-weight": weight, fill }, line));
      y += leading;
    }
  };
  write(data.title, "title");
  y += 6;
  const place = (chart, x, { width, height }) => {
    for (const layer of chart.querySelectorAll(".main-svg")) {
      const copy = layer.cloneNode(true);
      copy.querySelectorAll(".hoverlayer, .draglayer, .nsewdrag").forEach((part) => part.remove());
      copy.removeAttribute("style");
      for (const [key, value] of Object.entries({ x, y, width, height })) copy.setAttribute(key, value);
      copy.querySelectorAll(".crisp").forEach((line) => line.setAttribute("shape-rendering", "crispEdges"));
      picture.append(copy);
    }
  };
  for (let first = 0; first < charts.length; first += columns) {
    const row = [...charts.keys()].slice(first, first + columns);
    const left = (index) => EDGE + (index - first) * (widest + EDGE);
    const top = y;
    const ends = row.map((index) => {
      y = top;
      if (data.headings[index]) write(data.headings[index], "heading", left(index), widest);
      return y;
    });
    y = Math.max(...ends);
    row.forEach((index) => place(charts[index], left(index), sizes[index]));
    y += Math.max(...row.map((index) => sizes[index].height)) + 8;
  }
  data.lines.forEach((line) => write(line, "note"));
  const size = { width: inner + 2 * EDGE, height: y + EDGE - 6 };
  for (const [key, value] of Object.entries(size)) picture.setAttribute(key, value);
  picture.setAttribute("viewBox", `0 0 ${size.width} ${size.height}`);
  return { text: new XMLSerializer().serializeToString(picture), ...size };
}

function save(blob, name) {
  const link = document.createElement("a");
  link.href = URL.createObjectURL(blob);
  link.download = name;
  link.click();
  setTimeout(() => URL.revokeObjectURL(link.href), 10000);
}

async function png({ text, width, height }) {
  const image = new Image();
  const address = URL.createObjectURL(new Blob([text], { type: "image/svg+xml" }));
  image.src = address;
  await image.decode();
  const canvas = document.createElement("canvas");
  const scale = Math.min(2, 16000 / Math.max(width, height));
  [canvas.width, canvas.height] = [width * scale, height * scale];
  canvas.getContext("2d").drawImage(image, 0, 0, canvas.width, canvas.height);
  URL.revokeObjectURL(address);
  return new Promise((done) => canvas.toBlob(done, "image/png"));
}

export default function ({ data, parentElement }) {
  const said = parentElement.querySelector("[role=status]");
  said.textContent = data.reason;
  for (const button of parentElement.querySelectorAll("button")) {
    const format = button.dataset.format;
    button.textContent = data.labels[format];
    button.disabled = Boolean(data.reason);
    button.onclick = async () => {
      said.textContent = "";
      try {
        const charts = [...document.querySelectorAll(`.st-key-${data.figure} .js-plotly-plot`)];
        const made = drawing(charts, data);
        const svg = new Blob([made.text], { type: "image/svg+xml" });
        save(format === "svg" ? svg : await png(made), `${data.file}.${format}`);
      } catch (error) {
        console.warn(error);
        said.textContent = data.failed;
      }
    };
  }
}
