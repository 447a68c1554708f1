// Reads FHIR documents, one a line, from standard input; prints one line of JSON for each: what the npm package `fhir`
// finds wrong with it against FHIR R4 (4.0.0) structures, required codes and value sets.
"use strict";
const readline = require("readline");
const { Fhir } = require("fhir");

const fhir = new Fhir();
const lines = readline.createInterface({ input: process.stdin, crlfDelay: Infinity });
lines.on("line", (line) => {
  if (!line.trim()) return;
  const { messages } = fhir.validate(JSON.parse(line), { errorOnUnexpected: true });
  process.stdout.write(JSON.stringify(messages) + "\n");
});
