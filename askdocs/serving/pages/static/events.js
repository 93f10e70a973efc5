// Server-sent events of a reply to fetch(): EventSource cannot send a question.
// Lines end with LF, CR or CRLF, and a chunk may end anywhere, even between the two of CRLF or within a letter.

export async function* serverEvents(reply) {
  const reader = reply.body.pipeThrough(new TextDecoderStream()).getReader();
  let left = "";
  let event = { name: "message", data: [] };
  try {
    for (;;) {
      const { value, done } = await reader.read();
      left += value ?? "";
      const end = done || !left.endsWith("\r") ? left.length : left.length - 1; // an LF may follow in the next chunk
      const lines = left.slice(0, end).split(/\r\n|\r|\n/);
      left = lines.pop() + left.slice(end);
      for (const line of lines) {
        if (line !== "") {
          takeIn(event, line);
          continue;
        }
        if (event.data.length) yield { name: event.name, data: JSON.parse(event.data.join("\n")) };
        event = { name: "message", data: [] };
      }
      if (done) return;
    }
  } finally {
    reader.cancel().catch(() => {});
  }
}

function takeIn(event, line) {
  const colon = line.indexOf(":");
  if (colon === 0) return; // a comment, which keeps the connection alive
  const field = colon < 0 ? line : line.slice(0, colon);
  const value = colon < 0 ? "" : line.slice(colon + 1).replace(/^ /, "");
  if (field === "event") event.name = value;
  if (field === "data") event.data.push(value);
}
