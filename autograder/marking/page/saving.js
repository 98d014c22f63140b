// Changes go to the server one after another, in the background, and again after a failure.

export class Saver {
  constructor(base, onState) {
    this.base = base;
    this.onState = onState;      // called with the number of waiting changes
    this.onConflict = () => {};  // called with the change and what another marker has made of it
    this.onRefused = () => {};   // called with the sentence of the server
    this.onSaved = () => {};
    this.entries = new Map();    // key -> the entry as the server knows it
    this.waiting = new Map();    // key -> the change that is not stored yet
    this.busy = false;
    window.addEventListener("beforeunload", (event) => { if (this.waiting.size) event.preventDefault(); });
  }

  static key(entry) { return JSON.stringify([entry.id, entry.question, entry.criterion]); }

  // What the page shows: the waiting change, else what the server knows.
  entry(id, question, criterion) {
    const key = Saver.key({ id, question, criterion });
    return this.waiting.get(key) || this.entries.get(key)
      || { id, question, criterion, points: null, comment: "", change: 0, marker: "" };
  }

  learn(entries) {
    for (const entry of entries) {
      const known = this.entries.get(Saver.key(entry));
      if (!known || known.change < entry.change) this.entries.set(Saver.key(entry), entry);
    }
  }

  // A change is based on what the page showed when it was made, or on the change sent before it.
  put(entry) {
    const key = Saver.key(entry), known = this.entries.get(key);
    this.waiting.set(key, { ...entry, seen: known ? known.change : 0 });
    this.onState(this.waiting.size);
    this.send();
  }

  async send() {
    if (this.busy) return;
    this.busy = true;
    while (this.waiting.size) {
      const [key, change] = this.waiting.entries().next().value;
      const { id, question, criterion, points, comment, marker, seen } = change;
      let reply;
      try {
        reply = await post(`${this.base}/save`, { id, question, criterion, points, comment, seen, marker });
      } catch {
        this.onState(this.waiting.size, true);
        await new Promise((resolve) => setTimeout(resolve, 2000));
        continue;
      }
      if (this.waiting.get(key) === change) this.waiting.delete(key);
      if (reply.status === 409) {
        this.entries.set(key, reply.value.current);
        this.onConflict(change, reply.value.current);
      } else if (reply.status !== 200) {
        this.onRefused(reply.value.error || `The server answered ${reply.status}.`);
      } else {
        this.learn([reply.value]);
        if (this.waiting.has(key)) this.waiting.get(key).seen = reply.value.change;
        this.onSaved(reply.value);
      }
      this.onState(this.waiting.size);
    }
    this.busy = false;
  }
}

export async function post(address, value) {
  const reply = await fetch(address, {
    method: "POST",
    body: typeof value === "string" ? value : JSON.stringify(value),
  });
  const text = await reply.text();
  try {
    return { status: reply.status, value: JSON.parse(text) };
  } catch {
    return { status: reply.status, value: { error: text } };
  }
}
