#include "cli/command_line/shared_options.h"

#include <algorithm>
#include <array>

namespace bp {
namespace {

struct ColourWord {
  std::string_view word;
  Colour colour;
};
constexpr auto colours = std::to_array<ColourWord>(
    {{"auto", Colour::automatic}, {"always", Colour::always}, {"never", Colour::never}});

}  // namespace

void repeatable(CLI::Option* option) { option->allow_extra_args(false)->delimiter(','); }

void declare_colour(CLI::App& app, ValueTable& values, Colour& colour) {
  std::vector<std::string> words;
  for (const ColourWord& row : colours) words.emplace_back(row.word);
  may_be(values,
         app.add_option_function<std::string>(
                "--color",
                [&colour](const std::string& word) {
                  colour = std::ranges::find(colours, word, &ColourWord::word)->colour;
                },
                joined(words, ", ", " or ") + " (also: NO_COLOR)")
             ->type_name("WHEN"),
         one_of(words));
}

void declare_output(CLI::App& app, ValueTable& values, OutputOptions& output,
                    const std::vector<FormatName>& formats) {
  const auto names = names_of(formats);
  may_be(
      values,
      app.add_option("--format", output.format, "Format of standard output: " + joined(names, "|"))
          ->type_name("NAME"),
      one_of(names));
  may_be(values,
         app.add_option("-o,--output", output.files,
                        "Write a file, its format by its suffix (" + suffixes_of(formats) +
                            ") or as FORMAT:FILE; - is standard output; %h in the name is a hash "
                            "of this node's "
                            "name, %r the rank under a launcher; repeatable")
             ->type_name("FILE")
             ->allow_extra_args(false),
         file_called("an output"));
  declare_colour(app, values, output.colour);
}

void declare_talk(CLI::App& app, Talk& talk) {
  app.add_flag("-q,--quiet", talk.quiet, "No progress line on standard error");
  app.add_flag("-v,--verbose", talk.verbose,
               "Each item on standard error as it ends, with its duration; twice: also when it "
               "starts and what happens to workers");
}

}  // namespace bp
