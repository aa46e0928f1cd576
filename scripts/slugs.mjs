// Writes into tests/data/slugs.json what the npm package github-slugger makes of the texts in it.
//
//     npm install --no-save github-slugger@2.0.0
//     node scripts/slugs.mjs
//
// `texts` is a mapping from texts to their slugs, each on its own; `sequences` are headings of one document
// with the slugs they get one after the other. To add a text, give it any slug and run this.
import fs from 'node:fs'
import GithubSlugger, {slug} from 'github-slugger'

const path = new URL('../tests/data/slugs.json', import.meta.url)
const data = JSON.parse(fs.readFileSync(path, 'utf8'))
for (const text of Object.keys(data.texts)) {
  data.texts[text] = slug(text)
}
for (const sequence of data.sequences) {
  const slugger = new GithubSlugger()
  for (const heading of sequence) {
    heading[1] = slugger.slug(heading[0])
  }
}
const texts = Object.entries(data.texts).map(([text, slug]) => `    ${JSON.stringify(text)}: ${JSON.stringify(slug)}`)
const sequences = data.sequences.map((sequence) => `    ${JSON.stringify(sequence)}`)
fs.writeFileSync(
  path,
  `{\n  "made": ${JSON.stringify(data.made)},\n` +
    `  "texts": {\n${texts.join(',\n')}\n  },\n  "sequences": [\n${sequences.join(',\n')}\n  ]\n}\n`
)
