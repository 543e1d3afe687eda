/** What the app's command takes. A test holds this list against the app's own table. */

export const COMMAND = "/coffee";

/** Verb, its arguments, what it does. @type {[string, string, string][]} */
export const VERBS = [
  ["status", "", "what it is doing right now"],
  ["start", "", "start the daemon"],
  ["stop", "", "stop it; its task goes on at the next start"],
  ["restart", "", "stop and start it"],
  ["pause", "<time>", "let it begin nothing before a time: `2h`, `until 14:00`, `monday 9:00`"],
  ["focus", "<time> [on <number>]", "let it work on one task alone: `2h`, `until 14:00`, `2h on 12`; `off` ends that"],
  ["resume", "", "end a pause, and a focus"],
  ["tell", "<text>", "hand over work, or ask something"],
  ["tasks", "", "what is queued, running, waiting and done"],
  ["show", "<number>", "all that happened to a task or question"],
  ["interrupt", "<number>", "end a task's turn; the next one reads what you said since"],
  ["cancel", "<number>", "cancel a task, or withdraw a question"],
  ["retry", "<number>", "queue a task again that has failed, was cancelled or is done"],
  ["first", "<number>", "let a task be picked before all others"],
  ["last", "<number>", "let a task be picked after all others"],
  ["move", "<number> before <number>", "let a task be picked just `before` or `after` another one"],
  ["hold", "<number>", "let a task begin no further turn until it is released"],
  ["release", "<number>", "let a held task go on"],
  ["cost", "", "what its turns have cost"],
  ["metrics", "", "its last seven days in figures"],
  ["history", "[days]", "its last days as a picture in the channel"],
  ["continue", "", "let it go on today, at a limit of the day"],
  ["questions", "", "what it needs to know from you"],
  ["answer", "<number> <text>", "answer a question"],
  ["notifications", "", "the latest words between it and you"],
  ["notify", "[<text>]", "what is sent to you, and when; `notify reminders off` changes it"],
  ["here", "", "let the feed go on in this channel"],
  ["pin", "", "pin the status card in its channel"],
  ["unpin", "", "take that pin away"],
  ["roles", "", "who may do what, and why you may"],
  ["audit", "", "who did what of late"],
  ["help", "", "this list"],
];
