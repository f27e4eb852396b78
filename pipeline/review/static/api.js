// What is asked of the program. Every answer that is none is an error with a sentence.

export class Refused extends Error {
  constructor(status, answer) {
    super(answer.said || "The program answered with something unexpected.");
    this.status = status;
    this.answer = answer;
  }
}

const GONE = "The program does not answer. What you typed is still here; run `perspectives review` again if it has ended.";

async function answered(request) {
  let response;
  try {
    response = await request;
  } catch {
    throw new Refused(0, { said: GONE });
  }
  const text = await response.text();
  let answer;
  try {
    answer = JSON.parse(text);
  } catch {
    answer = { said: text.slice(0, 300) };
  }
  if (!response.ok) throw new Refused(response.status, answer);
  return answer;
}

export const ask = (path) => answered(fetch(path));

export const tell = (path, content) =>
  answered(fetch(path, { method: "POST", headers: { "content-type": "application/json" }, body: JSON.stringify(content) }));
