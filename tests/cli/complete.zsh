#!/usr/bin/env zsh
# What zsh offers when TAB is pressed after some words: an interactive zsh on a terminal of its own.
#   complete.zsh FOLDER    FOLDER holds _blackwell-probe, and `here`, where it is run; reads lines up to the cursor, and
#                          answers each with its candidates, one a line, and a line that holds a NUL
zmodload zsh/zpty || exit 2
folder=$1

# Candidates are printed instead of shown, between two lines that hold a NUL, and nothing is inserted.
cat >$folder/zshrc <<'SETUP'
PROMPT=
autoload -Uz compinit
compinit -u -D
bindkey -e
bindkey '^I' complete-word
bindkey '^M' undefined-key
bindkey '^J' undefined-key
# zsh empties both lists before it calls them.
mark_begin() { print -r -- $'\0'; compprefuncs=(mark_begin) }
mark_end() { print -r -- $'\0'; comppostfuncs=(mark_end); compstate[insert]= compstate[list]= }
compprefuncs=(mark_begin)
comppostfuncs=(mark_end)
zstyle ':completion:*' insert-tab false
compadd() {
  # Calls that only fill arrays are part of the machinery.
  if [[ ${@[1,(i)(-|--)]} == *-(O|A|D)\ * ]]; then
    builtin compadd "$@"
    return
  fi
  local -a found
  builtin compadd -A found "$@"
  local status_=$?
  local -A given
  zparseopts -E -D -a unused P:=given p:=given S:=given
  local front=${given[-P]}${given[-p]}
  local one
  for one in $found; do print -r -- "$IPREFIX$front$one"; done
  builtin compadd "$@"
}
SETUP

zpty z zsh -f -i
zpty -w z "fpath=(${(q)folder} \$fpath); source ${(q)folder}/zshrc; cd ${(q)folder}/here; print READY"
while zpty -r z answer; do
  [[ $answer == *"parse error"* ]] && { print -ru2 -- $answer; exit 2; }
  [[ $answer == READY* ]] && break
done
while IFS= read -r line; do
  zpty -w -n z "$line"$'\t'
  integer inside=0
  while zpty -r z answer; do
    if [[ $answer == *$'\0'* ]]; then
      ((inside)) && break
      inside=1
    elif ((inside)); then
      answer=${answer//[$'\r\n']/}
      [[ -z $answer ]] || print -r -- $answer
    fi
  done
  print -r -- $'\0'
  zpty -w -n z $'\C-u'
done
zpty -d z
