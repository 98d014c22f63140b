// Parts of the page that are made anew for every answer.

export function make(tag, text = "", className = "") {
  const element = document.createElement(tag);
  element.textContent = text;
  if (className) element.className = className;
  if (tag === "button") element.type = "button";
  return element;
}

export function showCriteria(place, criteria, entry, set) {
  place.replaceChildren(...criteria.map((criterion, i) => {
    const name = String(i + 1), now = entry(name);
    const box = make("div", "", now.points === null ? "criterion" : "criterion given");
    const text = make("div"), row = make("div", "", "row");
    text.innerHTML = criterion.html;
    const steps = [...new Set([0, criterion.points / 2, criterion.points])];
    const buttons = steps.map((points) => {
      const button = make("button", String(points));
      button.setAttribute("aria-pressed", String(now.points === points));
      button.addEventListener("click", () => set(name, { points }));
      return button;
    });
    const number = make("input");
    Object.assign(number, { inputMode: "decimal", size: 4, value: now.points ?? "", ariaLabel: `Points for criterion ${name}` });
    number.addEventListener("change", () => {
      const typed = number.value.trim().replace(",", ".");
      set(name, { points: typed === "" ? null : Number(typed) });
    });
    const note = make("input", "", "note");
    Object.assign(note, { value: now.comment, placeholder: "comment on this criterion", maxLength: 10000, ariaLabel: `Comment on criterion ${name}` });
    note.addEventListener("change", () => set(name, { comment: note.value.trim() }));
    row.append(make("kbd", name), ...buttons, number, make("span", `of ${criterion.points}`), note);
    box.append(text, row);
    return box;
  }));
}

export function showFigures(place, shown, address) {
  place.replaceChildren(
    ...shown.figures.map((item) => {
      const figure = make("figure");
      if (item.file) {
        const image = make("img");
        image.alt = item.caption;
        image.src = `${address}/${encodeURIComponent(item.file.replace("figures/", ""))}`;
        figure.append(image);
      }
      figure.append(make("figcaption", item.fault ? `${item.caption}: ${item.fault}` : item.caption));
      return figure;
    }),
    ...shown.faults.map((text) => make("p", text, "fault")),
  );
}

export function showCode(place, parts, entry, comment) {
  const summary = place.querySelector("summary");
  place.hidden = parts.length === 0;
  place.replaceChildren(summary, ...parts.flatMap((part) => {
    const box = make("div", "", "lines");
    part.lines.forEach((text, i) => {
      const line = part.first + i, criterion = `${part.file}:${line}`;
      const row = make("div"), number = make("button", String(line)), said = make("p", entry(criterion, part.question).comment, "said");
      number.title = "Comment on this line";
      said.hidden = !said.textContent;
      number.addEventListener("click", () => askComment(row, said, (text) => comment(criterion, part.question, text)));
      row.append(number, make("span", text));
      box.append(row, said);
    });
    return [make("p", `${part.name} in ${part.file}`), box];
  }));
}

export function showChecks(place, questions, again) {
  const summary = place.querySelector("summary");
  place.hidden = questions.length === 0;
  place.replaceChildren(summary, ...questions.map((item) => {
    const box = make("section", "", "checks"), list = make("ul"), row = make("p");
    const button = make("button", "Run again"), note = make("span");
    row.append(button, note);
    const show = (cases) => list.replaceChildren(...cases.map((c) => {
      const one = make("li", `${c.name}: ${c.outcome}`, c.outcome === "passed" ? "passed" : "");
      if (c.said) one.append(make("p", c.said));
      return one;
    }));
    button.addEventListener("click", async () => {
      button.disabled = true;
      note.textContent = " running …";
      try {
        const reply = await again(item.question);
        if (reply.status === 200) show(reply.value.cases);
        note.textContent = reply.status === 200 ? " all checks, as they came out just now" : ` ${reply.value.error}`;
      } catch { note.textContent = " no connection"; }
      button.disabled = false;
    });
    show(item.cases);
    box.append(make("h3", item.title), list, row);
    return box;
  }));
}

function askComment(row, said, save) {
  const input = make("input");
  Object.assign(input, { value: said.textContent, maxLength: 10000, size: 60, placeholder: "comment on this line; empty removes it" });
  input.addEventListener("change", () => {
    said.textContent = input.value.trim();
    said.hidden = !said.textContent;
    save(said.textContent);
  });
  input.addEventListener("blur", () => input.remove());
  row.after(input);
  input.focus();
}
