# The step of action.yml that checks: annotations on standard output, a SARIF file, a step summary.
# bash scripts/action.sh SPECLINT, with the inputs of the action in INPUT_* and the base branch in BASE.
set -u
speclint=$1

lines() { # the lines of a text that are not blank, as separate words in $found
  found=()
  while IFS= read -r line || [ -n "$line" ]; do
    if [ -n "${line//[[:space:]]/}" ]; then found+=("$line"); fi
  done <<<"$1"
}

lines "$INPUT_ARGUMENTS"
arguments=(${found[@]+"${found[@]}"})
lines "$INPUT_PATHS"
paths=(${found[@]+"${found[@]}"})

since=$INPUT_SINCE
if [ -z "$since" ] && [ -n "${BASE:-}" ]; then since=origin/$BASE; fi
if [ -n "$since" ] && [ "$since" != none ]; then arguments+=("--since=$since"); fi

summary=$(mktemp)
description=$(mktemp)
trap 'rm -f "$summary" "$description"' EXIT

"$speclint" check ${arguments[@]+"${arguments[@]}"} --output-format github \
  --output-format "sarif=$INPUT_SARIF" --output-format "markdown=$summary" \
  -- ${paths[@]+"${paths[@]}"}
code=$?

if [ "$INPUT_DESCRIPTION" = true ] && [ "${GITHUB_EVENT_NAME:-}" = pull_request ]; then
  "$speclint" pr --output-format github --output-format "markdown=$description"
  described=$?
  # What could not be done (2) weighs more than what was found (1).
  if [ "$described" -gt "$code" ]; then code=$described; fi
fi

cat "$summary" "$description" >>"${GITHUB_STEP_SUMMARY:-/dev/null}"
printf 'sarif-file=%s\n' "${INPUT_SARIF//$'\n'/ }" >>"${GITHUB_OUTPUT:-/dev/null}"
exit "$code"
