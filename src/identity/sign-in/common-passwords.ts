/**
 * What people who were told to choose a password choose: the words that passwords known from breaches are made of. A
 * password that is nothing but these, with digits and signs around them, is refused.
 */
export const COMMON_WORDS: readonly string[] = `
password passwort passw passwd passphrase pass word welcome letmein login logon signin secret secure security access
admin administrator root system server user guest test testing default change changeme temp temporary master
hello hallo thanks please iloveyou loveyou love lovely forever always never sorry babygirl baby honey sugar sweet
sunshine princess prince queen king dragon monkey shadow superman batman spiderman ironman starwars jedi yoda vader
pokemon pikachu naruto minecraft fortnite gandalf hobbit potter harry hermione dumbledore matrix trustno qwerty azerty
football soccer baseball basketball hockey cricket rugby tennis golf racing liverpool arsenal chelsea manchester united
everton tottenham hotspur spurs leeds newcastle rangers celtic barcelona madrid juventus
london england britain british scotland scottish wales welsh ireland irish london birmingham glasgow cardiff belfast
summer winter autumn spring january february march april may june july august september october november december
monday tuesday wednesday thursday friday saturday sunday christmas easter holiday birthday
michael jennifer jessica ashley daniel charlie george thomas james jordan robert andrew matthew joshua william david
richard joseph anthony nicole amanda hannah sophie emily olivia jack oliver harry lucy chloe daisy poppy bella molly
buster ginger pepper tigger smokey bailey max rocky lucky snoopy kitten puppy doggy horse tiger lion eagle falcon
summer flower rainbow butterfly angel heaven jesus christ blessed freedom whatever nothing something anything
computer internet google facebook amazon microsoft windows apple samsung android iphone linkedin twitter hotmail
ferrari porsche mercedes mustang corvette harley yamaha honda toyota
chocolate cookie banana orange cherry peanut cheese pizza coffee whisky vodka
purple yellow orange silver golden diamond black white green blue red
killer hunter ranger warrior soldier maverick thunder lightning phoenix ninja samurai pirate cowboy
police constable sergeant inspector superintendent detective officer force county constabulary anpr waywarden camera
correcthorsebatterystaple correct horse battery staple abcdef abc onetwothree number letters money
`
  .split(/\s+/)
  .filter((word) => word.length >= 3);

/** Rows and columns of keyboards; any three neighbouring keys of one, in either direction, count as a walk. */
export const KEYBOARD_WALKS: readonly string[] = [
  "1234567890",
  "qwertyuiop",
  "asdfghjkl",
  "zxcvbnm",
  "qwertzuiop",
  "azertyuiop",
  "1qaz2wsx3edc4rfv5tgb6yhn7ujm",
  "qazwsxedcrfvtgbyhnujm",
  "abcdefghijklmnopqrstuvwxyz",
  "!@#$%^&*()",
  '!"£$%^&*()',
];
