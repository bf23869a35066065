/**
 * The only script of `/logz`. Lines become text nodes, never markup. It keeps the newest few thousand, and draws what
 * came between two frames of the screen at once.
 */
export const logScript = `'use strict';
(() => {
  const KEPT = 3000;
  const LEVELS = { trace: 10, debug: 20, info: 30, warn: 40, error: 50, fatal: 60 };
  const part = (id) => document.getElementById(id);
  const [list, filter, level, follow, state, total, problem] = ['lines', 'filter', 'level', 'follow', 'state', 'total', 'problem'].map(part);
  let waiting = [];
  let newest = 0;
  let atNewest = new Map();
  let patience = 250;

  const element = (name, className, text) => Object.assign(document.createElement(name), { className, textContent: text });
  const parsed = (text) => { try { return JSON.parse(text); } catch { return undefined; } };
  const clock = (seconds) => {
    const at = new Date(seconds * 1000);
    const two = (number, digits = 2) => String(number).padStart(digits, '0');
    return two(at.getHours()) + ':' + two(at.getMinutes()) + ':' + two(at.getSeconds()) + '.' + two(at.getMilliseconds(), 3);
  };
  const nameOf = (number) => Object.keys(LEVELS).findLast((name) => LEVELS[name] <= number) ?? '';

  const valueText = (value) => typeof value === 'string' && /^[^\\s"={}]+$/.test(value) ? value : JSON.stringify(value);
  const stackLines = (error) => {
    if (typeof error !== 'object' || error === null) return error === undefined ? [] : [valueText(error)];
    const own = typeof error.stack === 'string' ? error.stack : JSON.stringify(error);
    return [own, ...stackLines(error.cause).map((line, at) => at === 0 ? 'caused by ' + line : line)];
  };
  const stackOf = (error) => {
    const lines = stackLines(error).join('\\n').split('\\n');
    if (lines[0] === '') return [];
    const details = document.createElement('details');
    details.append(element('summary', '', lines[0]), element('div', 'rest', lines.slice(1).join('\\n')));
    return [details];
  };

  const row = ({ source, timestamp, message }) => {
    const entry = message.startsWith('{') ? parsed(message) : undefined;
    const isOurs = entry && typeof entry === 'object' && 'level' in entry;
    const word = !isOurs ? '' : typeof entry.level === 'number' ? nameOf(entry.level) : String(entry.level);
    const item = document.createElement('li');
    item.classList.add(source === 'SYSTEM' ? 'system' : 'app');
    const tone = word === 'warn' ? 'warn' : word === 'error' || word === 'fatal' ? 'bad' : '';
    if (tone !== '') item.classList.add('is-' + tone);
    const time = element('time', '', clock(timestamp));
    time.dateTime = time.title = new Date(timestamp * 1000).toISOString();
    const text = element('span', 'text', message);
    if (isOurs && typeof entry.msg === 'string') {
      const { level: ignored, time: also, msg, err, ...rest } = entry;
      const pairs = Object.entries(rest).map(([name, value]) => ' ' + name + '=' + valueText(value));
      text.replaceChildren(msg, element('span', 'rest', pairs.join('')), ...stackOf(err));
    }
    item.append(time, element('span', 'source', source), element('span', tone, word), text);
    item.dataset.text = message.toLowerCase();
    // A line without a level is always shown: a crash is one.
    item.dataset.level = isOurs ? LEVELS[word] ?? '' : '';
    return item;
  };
  const isWanted = ({ dataset }) => {
    const enough = dataset.level === '' || Number(dataset.level) >= (LEVELS[level.value] ?? 0);
    return enough && dataset.text.includes(filter.value.toLowerCase());
  };
  const toEnd = () => { if (follow.checked) list.scrollTop = list.scrollHeight; };
  const say = (text) => { if (state.textContent !== text) state.textContent = text; };
  const count = () => {
    const [shown, all] = [list.querySelectorAll('li:not([hidden])').length, list.children.length];
    total.textContent = shown === all ? all + ' lines' : shown + ' of ' + all + ' lines';
  };
  const draw = () => {
    const items = waiting.splice(0).map(row);
    for (const item of items) item.hidden = !isWanted(item);
    list.append(...items);
    while (list.children.length > KEPT) list.firstChild.remove();
    count();
    toEnd();
  };
  const choose = () => {
    for (const item of list.children) item.hidden = !isWanted(item);
    count();
    toEnd();
  };

  // After a cut everything kept is told again: only what is newer than the last line, or another of its moment, is new.
  const isNew = (line, told) => {
    const key = line.source + line.message;
    if (line.timestamp !== told.at) { told.at = line.timestamp; told.times = new Map(); }
    const times = (told.times.get(key) ?? 0) + 1;
    told.times.set(key, times);
    if (line.timestamp < newest) return false;
    if (line.timestamp > newest) { newest = line.timestamp; atNewest = new Map(); }
    if (times <= (atNewest.get(key) ?? 0)) return false;
    atNewest.set(key, times);
    return true;
  };

  const connect = () => {
    const socket = new WebSocket(location.origin.replace(/^http/, 'ws') + '/logz/stream');
    const told = { at: -1, times: new Map() };
    let opened = false;
    socket.onopen = () => { socket.send(''); };
    socket.onmessage = ({ data }) => {
      if (!opened) { opened = true; patience = 250; problem.hidden = true; say('live'); }
      if (data === '\\0') return;
      const line = parsed(data) ?? { source: 'APP', timestamp: Date.now() / 1000, message: String(data) };
      if (!isNew(line, told)) return;
      if (waiting.push(line) === 1) setTimeout(draw, 50);
    };
    socket.onclose = ({ code, reason }) => {
      const refused = code === 4401 || code === 4403;
      problem.hidden = !refused;
      problem.textContent = refused ? reason : '';
      say(refused ? 'refused' : 'not connected, trying again');
      setTimeout(connect, patience);
      patience = Math.min(patience * 2, 5000);
    };
  };

  filter.addEventListener('input', choose);
  level.addEventListener('change', choose);
  follow.addEventListener('change', toEnd);
  part('clear').addEventListener('click', () => { list.replaceChildren(); count(); });
  // Who scrolls up wants to read; who comes back to the end wants to follow.
  list.addEventListener('scroll', () => { follow.checked = list.scrollHeight - list.scrollTop - list.clientHeight < 24; });
  connect();
})();
`;
