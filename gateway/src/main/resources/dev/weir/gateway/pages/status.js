import { ask, askForToken, bitrate, byId, needsToken } from './weir.js';

const HISTORY_SECONDS = 60;
const HEIGHT = 84;
const cards = new Map();
const origin = location.origin;

byId('recipe-obs').textContent = `${origin}/whip/live`;
byId('recipe-ffmpeg').textContent =
  `ffmpeg -re -i film.mp4 -c:v libx264 -profile:v baseline -g 60 -bf 0 -c:a libopus -ar 48000 -ac 2 -f whip ${origin}/whip/live`;
byId('recipe-gstreamer').textContent =
  `gst-launch-1.0 videotestsrc ! x264enc tune=zerolatency ! whipclientsink signaller::whip-endpoint=${origin}/whip/live`;

function element(tag, className, text = '') {
  const made = document.createElement(tag);
  made.className = className;
  made.textContent = text;
  return made;
}

function css(name) {
  return getComputedStyle(document.documentElement).getPropertyValue(name).trim();
}

function figure(list, name) {
  const pair = document.createElement('div');
  const value = document.createElement('dd');
  pair.append(element('dt', '', name), value);
  list.append(pair);
  return value;
}

const STATES = {
  'waiting-for-media': ['waits for media', ''],
  connecting: ['connecting', ''],
  sending: ['sending', 'good'],
  'waiting-to-retry': ['tries again', 'bad'],
  stopped: ['stopped', ''],
};
const SILENT_SECONDS = 20;

function ago(seconds) {
  return seconds < 60 ? `${Math.round(seconds)} s ago` : `${Math.round(seconds / 60)} min ago`;
}

/** Where a stream is restreamed to; hidden without targets. */
class Targets {
  constructor() {
    this.root = element('section', 'targets');
    this.root.hidden = true;
    this.list = element('ul', '');
    this.root.append(element('h3', '', 'Targets'), this.list);
  }

  update(targets) {
    this.root.hidden = targets.length === 0;
    this.list.replaceChildren(...targets.map(targetRow));
  }
}

function targetRow(target) {
  const row = element('li', '');
  const silent = target.state !== 'stopped' && target.ageSeconds > SILENT_SECONDS;
  const [words, kind] = silent ? [`silent, last heard of ${ago(target.ageSeconds)}`, 'bad'] : STATES[target.state] ?? [target.state, ''];
  const head = element('div', 'target-head');
  head.append(element('span', `dot ${kind}`), element('strong', '', target.name), element('span', 'target-state', words));
  if (target.state === 'sending' && !silent) {
    head.append(element('span', 'target-figures', `${bitrate(target.bitrateBps)}, ${(target.delayMillis / 1000).toFixed(1)} s behind`));
  }
  row.append(head, element('div', 'quiet target-url', target.target));
  if (target.lastError) {
    row.append(element('div', kind === 'bad' ? 'target-error' : 'quiet target-error', `${ago(target.lastErrorSecondsAgo)}: ${target.lastError}`));
  }
  return row;
}

/** One stream on the page: its text and the last minute of its bitrate. */
class Card {
  constructor(id) {
    this.root = element('article', 'card stream');
    const head = element('div', 'stream-head');
    head.append(element('h2', '', id), element('span', 'badge', 'live'));
    this.chips = element('div', 'chips');
    const figures = element('dl', 'figures');
    this.bitrate = figure(figures, 'Bitrate');
    this.viewers = figure(figures, 'Viewers');
    this.loss = figure(figures, 'Loss');
    this.chart = element('div', 'chart');
    this.chart.setAttribute('role', 'img');
    const actions = element('div', 'actions');
    const play = element('a', 'button', 'Watch');
    play.href = `/play/${encodeURIComponent(id)}`;
    play.setAttribute('aria-label', `Watch ${id}`);
    const copy = element('button', 'plain', 'Copy WHEP link');
    copy.type = 'button';
    copy.addEventListener('click', () => this.copy(copy, `${origin}/whep/${id}`));
    actions.append(play, copy);
    this.targets = new Targets();
    this.root.append(head, this.chips, figures, this.chart, this.targets.root, actions);
    this.times = [];
    this.values = [];
  }

  async copy(button, text) {
    const label = button.textContent;
    try {
      await navigator.clipboard.writeText(text);
      button.textContent = 'Copied';
    } catch {
      button.textContent = text;
      return;
    }
    setTimeout(() => { button.textContent = label; }, 1500);
  }

  update(stream) {
    this.chips.replaceChildren(...[...stream.tracks].sort((one, other) => other.kind.localeCompare(one.kind)).map((track) => {
      const layers = track.rids.length > 1 ? `, ${track.rids.length} layers` : '';
      return element('span', 'chip', `${track.codec}${layers}`);
    }));
    this.bitrate.textContent = bitrate(stream.bitrateBps);
    this.viewers.textContent = stream.viewers;
    this.loss.textContent = `${(stream.loss * 100).toFixed(stream.loss > 0 && stream.loss < 0.01 ? 2 : 1)} %`;
    this.chart.setAttribute('aria-label', `Bitrate of the last minute, now ${bitrate(stream.bitrateBps)}`);
    this.targets.update(stream.targets);
    this.draw(stream.bitrateBps / 1e6);
  }

  draw(megabits) {
    const now = Date.now() / 1000;
    this.times.push(now);
    this.values.push(megabits);
    while (this.times[0] < now - HISTORY_SECONDS - 2) {
      this.times.shift();
      this.values.shift();
    }
    const width = this.chart.clientWidth;
    if (!this.plot && width > 0 && window.uPlot) {
      this.plot = new window.uPlot(chartOptions(width), [this.times, this.values], this.chart);
    }
    if (this.plot) {
      if (this.plot.width !== width) {
        this.plot.setSize({ width, height: HEIGHT });
      }
      this.plot.setData([this.times, this.values], false);
      this.plot.setScale('x', { min: now - HISTORY_SECONDS, max: now });
    }
  }
}

function chartOptions(width) {
  return {
    width,
    height: HEIGHT,
    padding: [8, 0, 8, 0],
    cursor: { show: false },
    legend: { show: false },
    scales: { y: { range: (plot, low, high) => [0, Math.max(0.1, (high || 0) * 1.2)] } },
    axes: [
      { show: false },
      { size: 34, stroke: css('--quiet'), grid: { stroke: css('--line'), width: 1 }, ticks: { show: false }, splits: (plot, axis, low, high) => [0, high / 1.2], values: (plot, splits) => splits.map((v) => (v === 0 ? '0' : v >= 9.95 ? v.toFixed(0) : v.toFixed(1))) },
    ],
    series: [{}, { stroke: css('--chart'), fill: css('--chart-fill'), width: 2, points: { show: false } }],
  };
}

async function refresh() {
  try {
    const response = await ask('/streams');
    await showHealth();
    if (needsToken(response.status)) {
      byId('empty').hidden = true;
      const problem = await response.json().catch(() => ({}));
      await askForToken(response.status, problem.detail, 'see the streams');
    } else {
      show((await response.json()).streams);
    }
  } catch {
    health('bad', 'Gateway unreachable');
  }
  setTimeout(refresh, 1000);
}

function show(streams) {
  for (const [id, card] of cards) {
    if (!streams.some((stream) => stream.id === id)) {
      card.root.remove();
      cards.delete(id);
    }
  }
  for (const stream of streams) {
    if (!cards.has(stream.id)) {
      cards.set(stream.id, new Card(stream.id));
      byId('streams').append(cards.get(stream.id).root);
    }
    cards.get(stream.id).update(stream);
  }
  byId('empty').hidden = streams.length > 0;
  const title = streams.length === 0 ? 'Streams' : streams.length === 1 ? '1 live stream' : `${streams.length} live streams`;
  if (byId('count').textContent !== title) {
    byId('count').textContent = title;
  }
  window.weir = { streams: streams.length };
}

async function showHealth() {
  const { status, checks } = await (await ask('/health')).json();
  const notes = Object.entries(checks).map(([name, note]) => `${name}: ${note}`).join(', ');
  health(status === 'ok' ? 'good' : 'bad', status === 'ok' ? 'Healthy' : `Degraded (${notes})`);
}

function health(kind, text) {
  byId('health-dot').className = `dot ${kind}`;
  if (byId('health').textContent !== text) {
    byId('health').textContent = text;
  }
}

// The chart is a canvas: it takes new colours only when it is made again.
matchMedia('(prefers-color-scheme: dark)').addEventListener('change', () => {
  for (const card of cards.values()) {
    card.plot?.destroy();
    card.plot = undefined;
  }
});

refresh();
