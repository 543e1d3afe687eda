/** What the app's command takes. A test holds this list against the app's own table. */

export const COMMAND = "/coffee";

/** Verb, its arguments, what it does. @type {[string, string, string][]} */
export const VERBS = [
  ["status", "", "what it is doing right now"],
  ["start", "", "start the daemon"],
  ["stop", "", "stop it; its task goes on at the next start"],
  ["restart", "", "stop and start it"],
  ["tell", "<text>", "hand over work, or ask something"],
  ["tasks", "", "what is queued, running, waiting and done"],
  ["cancel", "<number>", "cancel a task, or withdraw a question"],
  ["cost", "", "what its turns have cost"],
  ["continue", "", "let it go on today, at a limit of the day"],
  ["questions", "", "what it needs to know from you"],
  ["answer", "<number> <text>", "answer a question"],
  ["notifications", "", "the latest words between it and you"],
  ["here", "", "let the feed go on in this channel"],
  ["help", "", "this list"],
];
