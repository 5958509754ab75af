# zsh.zsh FOLDER: for each line of standard input, a command line, what zsh with the completions in FOLDER offers at its end, as
# somebody at a terminal gets it: one a line, then an empty line.
# SPDX-License-Identifier: GPL-2.0-or-later
zmodload zsh/zpty
zmodload zsh/zselect
found=$PWD/zsh-found
export FOLDER=$1 FOUND=$found

cat >zsh-setup <<'SETUP'
unset zle_bracketed_paste
PS1= PS2=
stty -echo
fpath=($FOLDER $fpath)
autoload -Uz compinit && compinit -u -D
zstyle ':completion:*' completer _complete
# Notes what is added to the list, and adds it. With -O, -A or -D nothing is added.
compadd() {
    local -a fits
    if (( ${@[(I)-[OAD]]} )); then
        builtin compadd "$@"
        return
    fi
    builtin compadd -O fits "$@"
    (( $#fits )) && print -rl -- $fits >>$FOUND
    builtin compadd "$@"
}
offer() {
    _main_complete
    compstate[insert]= compstate[list]=
    print -r -- . >>$FOUND
}
zle -C offer complete-word offer
bindkey '^I' offer
print -r -- . >>$FOUND
SETUP

zpty shell zsh -f -i
# Until the shell says that it is done: however long that takes on a busy machine.
await() {
    local -i i
    for (( i = 0; i < 3000; i++ )); do
        [[ -s $found && $(tail -n 1 $found) == . ]] && return
        zpty -t shell || break
        zselect -t 2
    done
    print -u2 "zsh.zsh: zsh does not answer"
    exit 1
}
: >$found
zpty -w shell "source ./zsh-setup"
await
while IFS= read -r line; do
    : >$found
    zpty -w -n shell $'\C-u'"$line"$'\t'
    await
    sed '$d; s/\\//g' $found | sort -u
    print
done
zpty -d shell
