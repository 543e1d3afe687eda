/** The emoji short names that bots and people commonly use. */

const TABLE = `
white_check_mark ✅|heavy_check_mark ✔️|ballot_box_with_check ☑️|x ❌|warning ⚠️|no_entry ⛔
eyes 👀|coffee ☕|green_circle 🟢|red_circle 🔴|yellow_circle 🟡|large_green_circle 🟢
large_yellow_circle 🟡|large_blue_circle 🔵|large_orange_circle 🟠|white_circle ⚪|black_circle ⚫
question ❓|grey_question ❔|exclamation ❗|information_source ℹ️|bulb 💡|speech_balloon 💬
thumbsup 👍|+1 👍|thumbsdown 👎|-1 👎|ok_hand 👌|raised_hands 🙌|clap 👏|wave 👋|pray 🙏|muscle 💪
tada 🎉|sparkles ✨|fire 🔥|rocket 🚀|star ⭐|heart ❤️|100 💯|zap ⚡|bell 🔔|no_bell 🔕
smile 😄|smiley 😃|slightly_smiling_face 🙂|joy 😂|wink 😉|thinking_face 🤔|sweat_smile 😅|cry 😢
sleeping 😴|zzz 💤|hourglass ⌛|hourglass_flowing_sand ⏳|alarm_clock ⏰|clock1 🕐|stopwatch ⏱️
hammer 🔨|wrench 🔧|gear ⚙️|hammer_and_wrench 🛠️|bug 🐛|memo 📝|pencil 📝|pencil2 ✏️|clipboard 📋
page_facing_up 📄|file_folder 📁|link 🔗|lock 🔒|unlock 🔓|key 🔑|mag 🔍|inbox_tray 📥
outbox_tray 📤|package 📦|robot_face 🤖|computer 💻|chart_with_upwards_trend 📈|bar_chart 📊
arrows_counterclockwise 🔄|arrow_forward ▶️|double_vertical_bar ⏸️|black_square_for_stop ⏹️
arrow_right ➡️|arrow_left ⬅️|recycle ♻️|rotating_light 🚨|octagonal_sign 🛑|boom 💥|ghost 👻
skull 💀|moon 🌙|sunny ☀️|partly_sunny ⛅|point_right 👉|raised_hand ✋|see_no_evil 🙈
`;

/** Short name -> characters. @type {Map<string, string>} */
export const EMOJI = new Map(
  TABLE.trim().split(/[|\n]/).map((entry) => /** @type {[string, string]} */ (entry.split(" "))));

/** What the reaction picker offers first. */
export const FAVOURITES = [
  "white_check_mark", "eyes", "+1", "-1", "tada", "raised_hands",
  "thinking_face", "heart", "rocket", "coffee", "question", "x",
];

/** The characters of `:name:`, or `:name:` itself where we do not know it. */
export function emoji(name) {
  return EMOJI.get(name.split("::")[0]) ?? `:${name}:`;
}
