#include "apps/partyline/completion.hpp"

#include <vector>

#include <CLI/CLI.hpp>

namespace partyline_tool {

namespace {

/// One option, as a shell needs it.
struct completed
{
    std::string long_name, short_name, description;
    bool takes_value = false;
    bool is_file = false;
    std::string choices; ///< separated by spaces
    std::string command; ///< that it belongs to; empty: all
};

[[nodiscard]] std::string choices_of(std::string const& name)
{
    if (name == "transport") return "polling websocket upgrade";
    if (name == "parser") return "json msgpack";
    if (name == "color") return "auto always never";
    return {};
}

void collect(std::vector<completed>& into, CLI::App const& app, std::string const& command)
{
    for (auto const* const each : app.get_options()) {
        if (each->get_lnames().empty() || (!command.empty() && each->get_lnames().front() == "help")) continue;
        completed made{.long_name = each->get_lnames().front(),
                       .short_name = each->get_snames().empty() ? "" : each->get_snames().front(),
                       .description = each->get_description(),
                       .takes_value = each->get_items_expected_max() != 0,
                       .choices = choices_of(each->get_lnames().front()),
                       .command = command};
        made.is_file = made.takes_value && each->get_type_name().starts_with("FILE");
        into.push_back(std::move(made));
    }
}

[[nodiscard]] std::string in_single_quotes(std::string_view text)
{
    std::string out;
    for (char const c : text) out += c == '\'' ? std::string("'\\''") : std::string(1, c);
    return out;
}

[[nodiscard]] std::string in_brackets(std::string_view text) // of zsh's _arguments
{
    std::string out;
    for (char const c : in_single_quotes(text)) {
        if (c == '[' || c == ']' || c == ':') out += '\\';
        out += c;
    }
    return out;
}

[[nodiscard]] std::string names(std::vector<completed> const& all, std::string_view command)
{
    std::string out;
    for (auto const& each : all) {
        if (each.command != command) continue;
        out += " --" + each.long_name;
        if (!each.short_name.empty()) out += " -" + each.short_name;
    }
    return out;
}

[[nodiscard]] std::string for_bash(std::vector<completed> const& all)
{
    std::string cases, files, values;
    for (auto const& each : all) {
        auto const either = "--" + each.long_name + (each.short_name.empty() ? "" : "|-" + each.short_name);
        if (!each.choices.empty())
            cases +=
                "        " + either + ") COMPREPLY=($(compgen -W \"" + each.choices + "\" -- \"$word\")); return ;;\n";
        else if (each.is_file)
            files += (files.empty() ? "" : "|") + either;
        else if (each.takes_value)
            values += (values.empty() ? "" : "|") + either;
    }
    return R"(# bash completion of partyline: source <(partyline completion bash)
_partyline()
{
    local word=${COMP_WORDS[COMP_CWORD]} before=${COMP_WORDS[COMP_CWORD-1]} command= each
    COMPREPLY=()
    for each in "${COMP_WORDS[@]:1:COMP_CWORD-1}"; do
        case $each in emit|ack|ping|completion) command=$each; break ;; esac
    done
    case $before in
)" + cases +
           "        " + files + ") COMPREPLY=($(compgen -f -- \"$word\")); return ;;\n        " + values +
           R"() return ;;
        completion) COMPREPLY=($(compgen -W "bash zsh fish" -- "$word")); return ;;
    esac
    if [[ $word == -* ]]; then
        local options=")" +
           names(all, "") + R"("
        [[ $command != ping ]] || options+=")" +
           names(all, "ping") + R"("
        COMPREPLY=($(compgen -W "$options" -- "$word"))
    elif [[ -z $command ]]; then
        local commands="emit ack ping"
        ((COMP_CWORD > 1)) || commands=completion
        COMPREPLY=($(compgen -W "$commands" -- "$word"))
    fi
}
complete -o filenames -F _partyline partyline
)";
}

[[nodiscard]] std::string for_zsh(std::vector<completed> const& all)
{
    std::string out = R"(#compdef partyline
# zsh completion of partyline: partyline completion zsh > "${fpath[1]}/_partyline"
_partyline()
{
    _arguments \
)";
    for (auto const& each : all) {
        auto const what = "[" + in_brackets(each.description) + "]";
        auto const value = !each.takes_value      ? ""
                           : each.is_file         ? ":file:_files"
                           : each.choices.empty() ? ":value: "
                                                  : ":value:(" + each.choices + ")";
        out += "        '*--" + each.long_name + what + value + "' \\\n";
        if (!each.short_name.empty()) out += "        '*-" + each.short_name + what + value + "' \\\n";
    }
    return out + R"(        '1:URL or completion:(completion)' \
        '2:command:(emit ack ping bash zsh fish)' \
        '*:argument: '
}
_partyline "$@"
)";
}

[[nodiscard]] std::string for_fish(std::vector<completed> const& all)
{
    std::string out =
        R"(# fish completion of partyline: partyline completion fish > ~/.config/fish/completions/partyline.fish
complete -c partyline -f
complete -c partyline -n 'not __fish_seen_subcommand_from emit ack ping completion' -a emit -d 'send one event, and leave'
complete -c partyline -n 'not __fish_seen_subcommand_from emit ack ping completion' -a ack -d 'send one event, print its acknowledgement'
complete -c partyline -n 'not __fish_seen_subcommand_from emit ack ping completion' -a ping -d 'measure round trips'
complete -c partyline -n '__fish_is_first_token' -a completion -d 'print a script for a shell'
complete -c partyline -n '__fish_seen_subcommand_from completion' -a 'bash zsh fish'
)";
    for (auto const& each : all) {
        out += "complete -c partyline";
        if (!each.command.empty()) out += " -n '__fish_seen_subcommand_from " + each.command + "'";
        out += " -l " + each.long_name;
        if (!each.short_name.empty()) out += " -s " + each.short_name;
        if (!each.choices.empty())
            out += " -x -a '" + each.choices + "'";
        else if (each.is_file)
            out += " -r -F";
        else if (each.takes_value)
            out += " -x";
        out += " -d '" + in_single_quotes(each.description) + "'\n";
    }
    return out;
}

} // namespace

std::string completion(CLI::App const& grammar, std::string_view shell)
{
    std::vector<completed> all;
    collect(all, grammar, {});
    collect(all, *grammar.get_subcommand("ping"), "ping");
    if (shell == "zsh") return for_zsh(all);
    return shell == "fish" ? for_fish(all) : for_bash(all);
}

} // namespace partyline_tool
