"use strict";
(() => {
  // Everything that came from callers is written with textContent only: it can be read, never run.
  const data = JSON.parse(document.getElementById("data").textContent);
  const [ID, DAY, HOUR, CATEGORY, DISTRICT, PLACE, THEME, HOTSPOT, ISSUE, TEXT] = Array.from({ length: 10 }, (_, at) => at);
  const PAGE = 20;
  const byId = new Map(data.calls.map((call) => [call[ID], call]));
  const fields = { category: CATEGORY, district: DISTRICT, day: DAY, theme: THEME, hotspot: HOTSPOT };
  const names = {
    category: data.categories, district: data.districts, day: data.days, theme: data.themes,
    hotspot: data.hotspots.map((spot) => spot.heading),
  };
  const controls = Object.fromEntries(["q", ...Object.keys(fields)].map((name) => [name, document.getElementById(name)]));
  const found = document.getElementById("found");
  const results = document.getElementById("results");
  const more = document.getElementById("more");
  const chosen = document.getElementById("chosen");
  let only = null; // the calls behind a sentence, a place or a list
  let shown = PAGE;

  const make = (tag, className, text) => {
    const element = document.createElement(tag);
    if (className) element.className = className;
    if (text !== undefined) element.textContent = text;
    return element;
  };

  const haystack = (call) =>
    [call[ID], data.categories[call[CATEGORY]], data.districts[call[DISTRICT]], data.places[call[PLACE]],
      data.themes[call[THEME]], call[TEXT]].join("\n").toLowerCase();

  const highlighted = (text, words) => {
    const line = make("p", "said");
    let rest = text;
    while (rest) {
      const lower = rest.toLowerCase();
      let at = -1;
      let length = 0;
      for (const word of words) {
        const here = lower.indexOf(word);
        if (here >= 0 && (at < 0 || here < at)) [at, length] = [here, word.length];
      }
      if (at < 0) break;
      line.append(rest.slice(0, at), make("mark", "", rest.slice(at, at + length)));
      rest = rest.slice(at + length);
    }
    line.append(rest || (text ? "" : "（未收录摘要）"));
    return line;
  };

  const card = (call, words = []) => {
    const item = make("article", "call");
    const about = make("p", "about");
    const parts = [call[ID], `${data.days[call[DAY]] || ""} ${call[HOUR]}`.trim(), data.categories[call[CATEGORY]],
      [data.districts[call[DISTRICT]], data.places[call[PLACE]]].filter(Boolean).join(" "), data.themes[call[THEME]]];
    for (const part of parts) if (part) about.append(make("span", "", part));
    if (call[HOTSPOT] >= 0) {
      const spot = data.hotspots[call[HOTSPOT]];
      const link = make("a", "", `热点：${spot.heading}`);
      link.href = `#hotspot-${spot.id}`;
      about.append(link);
    }
    item.append(about, highlighted(call[TEXT], words));
    return item;
  };

  const state = () => {
    const chosenState = {};
    for (const [name, control] of Object.entries(controls)) if (control.value) chosenState[name] = control.value;
    return chosenState;
  };

  const matching = (current, without) => {
    const words = (current.q || "").toLowerCase().split(/\s+/).filter(Boolean);
    return data.calls.filter((call) => {
      if (only && !only.has(call)) return false;
      for (const [name, column] of Object.entries(fields))
        if (name !== without && current[name] && names[name][call[column]] !== current[name]) return false;
      if (!words.length) return true;
      const text = haystack(call);
      return words.every((word) => text.includes(word));
    });
  };

  const drawFacet = (name, current) => {
    const box = document.getElementById(`facet-${name}`);
    const counts = new Map();
    for (const call of matching(current, name)) {
      const key = names[name][call[fields[name]]] || "";
      if (key) counts.set(key, (counts.get(key) || 0) + 1);
    }
    const keys = names[name].filter((key) => counts.has(key));
    if (name !== "day") keys.sort((one, two) => counts.get(two) - counts.get(one));
    const largest = Math.max(1, ...counts.values());
    box.replaceChildren(...keys.slice(0, name === "day" ? 31 : 12).map((key) => {
      const button = make("button", "facet");
      button.type = "button";
      button.title = `${key}：${counts.get(key)}件`;
      button.setAttribute("aria-pressed", String(current[name] === key));
      const track = make("span");
      const bar = make("i");
      bar.style.width = `${(100 * counts.get(key)) / largest}%`;
      track.append(bar);
      button.append(make("span", "", key), track, make("b", "", String(counts.get(key))));
      button.addEventListener("click", () => {
        controls[name].value = current[name] === key ? "" : key;
        refresh(true);
        const again = [...box.children].find((child) => child.firstChild.textContent === key);
        if (again) again.focus();
      });
      return button;
    }));
  };

  const refresh = (remember) => {
    const current = state();
    const list = matching(current);
    const words = (current.q || "").toLowerCase().split(/\s+/).filter(Boolean);
    found.textContent = `共${list.length}件` + (list.length > shown ? `，显示前${shown}件` : "");
    results.replaceChildren(...list.slice(0, shown).map((call) => card(call, words)));
    more.hidden = list.length <= shown;
    for (const name of ["category", "district", "day"]) drawFacet(name, current);
    chosen.hidden = !only;
    if (remember) {
      const query = new URLSearchParams(current).toString();
      history.replaceState(null, "", query ? `#calls?${query}` : "#calls");
    }
  };

  const show = (calls, text) => {
    for (const control of Object.values(controls)) control.value = "";
    only = calls;
    shown = PAGE;
    chosen.firstElementChild.textContent = text;
    refresh(false);
    const section = document.getElementById("calls");
    section.tabIndex = -1;
    section.focus({ preventScroll: true });
    section.scrollIntoView();
  };

  const fill = (details) => {
    const box = details.querySelector(".list");
    if (!details.open || box.childElementCount) return;
    const spot = data.hotspots.findIndex((one) => one.id === details.dataset.hotspot);
    const list = data.calls.filter((call) => call[HOTSPOT] === spot);
    let at = 0;
    const button = make("button", "link", "");
    button.type = "button";
    const add = () => {
      for (const call of list.slice(at, at + PAGE)) box.insertBefore(card(call), button);
      at += PAGE;
      button.hidden = at >= list.length;
      button.textContent = `再显示${Math.min(PAGE, list.length - at)}件（共${list.length}件）`;
    };
    box.append(button);
    button.addEventListener("click", add);
    add();
  };

  const follow = () => {
    const hash = decodeURIComponent(location.hash.slice(1));
    if (hash.startsWith("calls?")) {
      const wanted = new URLSearchParams(hash.slice(6));
      for (const [name, control] of Object.entries(controls)) control.value = wanted.get(name) || "";
      only = null;
      refresh(false);
      document.getElementById("calls").scrollIntoView();
      return;
    }
    if (hash.startsWith("call-") && byId.has(hash.slice(5))) {
      show(new Set([byId.get(hash.slice(5))]), `来电 ${hash.slice(5)}`);
      return;
    }
    const target = hash && document.getElementById(hash);
    for (let outer = target; outer; outer = outer.parentElement) if (outer.matches("details")) outer.open = true;
    if (target && target.matches("tr, section")) target.scrollIntoView({ behavior: "instant" });
    if (target && target.matches("article")) {
      const details = target.querySelector("details.behind");
      if (details) details.open = true;
      target.focus({ preventScroll: true });
      target.scrollIntoView();
    }
  };

  for (const [name, control] of Object.entries(controls)) {
    if (name !== "q") for (const key of names[name]) if (key) control.append(new Option(key, key));
    control.addEventListener(name === "q" ? "input" : "change", () => { shown = PAGE; refresh(true); });
  }
  document.getElementById("filters").addEventListener("submit", (event) => event.preventDefault());
  document.getElementById("filters").addEventListener("reset", () => {
    only = null;
    shown = PAGE;
    setTimeout(() => refresh(true));
  });
  chosen.querySelector("button").addEventListener("click", () => { only = null; refresh(true); });
  more.addEventListener("click", () => { shown += PAGE; refresh(false); });
  for (const details of document.querySelectorAll("details.behind")) details.addEventListener("toggle", () => fill(details));
  document.addEventListener("click", (event) => {
    const button = event.target.closest("[data-calls], .heat button");
    if (!button) return;
    event.preventDefault();
    if ("calls" in button.dataset) {
      const picked = button.dataset.calls.split(" ").filter(Boolean).map((at) => data.calls[at]);
      show(new Set(picked), `只看所选的${picked.length}件来电`);
    } else {
      const { theme, place, district } = button.dataset;
      const picked = data.calls.filter((call) => data.themes[call[THEME]] === theme
        && data.places[call[PLACE]] === place && data.districts[call[DISTRICT]] === district);
      show(new Set(picked), `只看“${place}”的“${theme}”`);
    }
  });
  const monthDay = (iso) => `${Number(iso.slice(5, 7))}月${Number(iso.slice(8, 10))}日`;
  // What a mark of a chart stands for, read from its tip: "供暖不热 10月15日 周二：16件".
  const meant = (mark) => {
    const wanted = {};
    const words = mark.querySelector("title").textContent.replace(/：[^：]*$/, "").split(" ");
    for (const word of words) {
      const day = data.days.find((iso) => iso && monthDay(iso) === word);
      const days = /^起(\d+)天$/.exec(word);
      if (data.categories.includes(word)) wanted.category = word;
      else if (day) wanted.day = day;
      else if (days) wanted.days = Number(days[1]);
      else if (names.hotspot.includes(word)) wanted.hotspot = word;
      else if (word && data.places.includes(word)) wanted.place = word;
      else if (word && data.districts.includes(word)) wanted.district = word;
    }
    return wanted;
  };
  const within = (call, wanted) => {
    const first = data.days.indexOf(wanted.day);
    return (!wanted.category || data.categories[call[CATEGORY]] === wanted.category)
      && (!wanted.hotspot || names.hotspot[call[HOTSPOT]] === wanted.hotspot)
      && (!wanted.place || data.places[call[PLACE]] === wanted.place)
      && (!wanted.district || data.districts[call[DISTRICT]] === wanted.district)
      && (!wanted.day || (call[DAY] >= first && call[DAY] < first + (wanted.days || 1)));
  };
  const choose = (mark, wanted) => {
    if (wanted.place || wanted.days) {
      show(new Set(data.calls.filter((call) => within(call, wanted))), `只看“${mark.querySelector("title").textContent.replace(/：[^：]*$/, "")}”`);
      return;
    }
    show(null, "");
    for (const [name, value] of Object.entries(wanted)) controls[name].value = value;
    refresh(true);
  };
  // One stop of the Tab key for each chart; the arrow keys go from mark to mark.
  for (const chart of document.querySelectorAll("figure.chart svg")) {
    const marks = [];
    for (const mark of chart.querySelectorAll(".mark")) {
      const wanted = meant(mark);
      if (!(wanted.category || wanted.day || wanted.hotspot || wanted.place)) continue;
      marks.push(mark);
      mark.classList.add("live");
      mark.setAttribute("role", "button");
      mark.setAttribute("tabindex", marks.length === 1 ? "0" : "-1");
      mark.setAttribute("aria-label", `${mark.querySelector("title").textContent}，查看来电`);
      mark.addEventListener("click", () => choose(mark, wanted));
    }
    if (!marks.length) continue;
    chart.setAttribute("role", "group");
    chart.addEventListener("keydown", (event) => {
      const at = marks.indexOf(event.target);
      if (at < 0) return;
      const steps = { ArrowRight: at + 1, ArrowDown: at + 1, ArrowLeft: at - 1, ArrowUp: at - 1, Home: 0, End: marks.length - 1 };
      if (event.key === "Enter" || event.key === " ") choose(marks[at], meant(marks[at]));
      else if (event.key in steps) {
        const next = marks[Math.min(Math.max(steps[event.key], 0), marks.length - 1)];
        marks[at].setAttribute("tabindex", "-1");
        next.setAttribute("tabindex", "0");
        next.focus();
      } else return;
      event.preventDefault();
    });
  }
  const opened = [];
  window.addEventListener("beforeprint", () => {
    for (const details of document.querySelectorAll("details:not(.behind):not([open])")) {
      details.open = true;
      opened.push(details);
    }
  });
  window.addEventListener("afterprint", () => {
    for (const details of opened.splice(0)) details.open = false;
  });
  window.addEventListener("hashchange", follow);
  refresh(false);
  follow();
})();
