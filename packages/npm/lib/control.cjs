"use strict";

const http = require("node:http");

/** The server has refused something; the message is its own sentence. */
class ControlError extends Error {
  constructor(status, sentence) {
    super(sentence);
    this.name = "ControlError";
    this.status = status;
  }
}

/** One request. It goes past proxies that the environment names, and follows no redirects. */
function send(base, method, path, { body, headers = {} } = {}) {
  const sent = { ...headers };
  let text = body;
  if (body !== undefined && typeof body !== "string") {
    text = JSON.stringify(body);
    sent["content-type"] ??= "application/json";
  }
  if (text !== undefined) sent["content-length"] = Buffer.byteLength(text);
  return new Promise((resolve, reject) => {
    // A connection of its own: a test's end must not wait for one that is kept.
    const request = http.request(new URL(path, base), { method, headers: sent, agent: false }, (response) => {
      const parts = [];
      response.on("data", (part) => parts.push(part));
      response.on("error", reject);
      response.on("end", () => {
        const answer = Buffer.concat(parts).toString("utf8");
        resolve({ status: response.statusCode, headers: response.headers, text: answer });
      });
    });
    request.on("error", reject);
    request.end(text);
  });
}

/** The control API of one world. */
class Control {
  constructor(url, token) {
    this.url = url;
    this.token = token;
  }

  /** An answer of 2xx, or one of those accepted; a refusal is a ControlError. */
  async ask(method, path, { body, query = {}, accept = [] } = {}) {
    const pairs = Object.entries(query).filter(([, value]) => value !== undefined && value !== null);
    const search = pairs.length ? `?${new URLSearchParams(pairs.map(([name, value]) => [name, String(value)]))}` : "";
    const headers = this.token ? { authorization: `Bearer ${this.token}` } : {};
    const answer = await send(this.url, method, `/_fauxforce/${path}${search}`, { body, headers });
    if (answer.status < 300 || accept.includes(answer.status)) return answer;
    let sentence;
    try {
      sentence = JSON.parse(answer.text).error;
    } catch {
      // It is no JSON: told as it is.
    }
    throw new ControlError(answer.status, sentence ?? `${method} ${path} was answered ${answer.status}: ${answer.text}`);
  }

  async json(method, path, options) {
    const { text } = await this.ask(method, path, options);
    return text.trim() ? JSON.parse(text) : undefined;
  }
}

module.exports = { Control, ControlError, send };
