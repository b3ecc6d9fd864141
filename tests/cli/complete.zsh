#!/usr/bin/env zsh
# What zsh offers when TAB is pressed after the words, one candidate a line: an interactive zsh on a terminal of its own.
#   complete.zsh FOLDER WORDS     FOLDER holds _blackwell-probe; WORDS is the line up to the cursor
zmodload zsh/zpty || exit 2
folder=$1
line=$2

# Candidates are printed instead of shown, between two lines that hold a NUL.
cat >$folder/zshrc <<'SETUP'
PROMPT=
autoload -Uz compinit
compinit -u -D
bindkey '^I' complete-word
bindkey '^M' undefined-key
bindkey '^J' undefined-key
mark() { print -r -- $'\0' }
compprefuncs=(mark)
comppostfuncs=(mark exit)
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
while zpty -r z answer; do [[ $answer == READY* ]] && break; done
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
zpty -d z
