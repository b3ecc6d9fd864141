// The options of `bench`.
#include "cli/command_line/declaration.h"
#include "cli/command_line/shared_options.h"
#include "cli/commands/report_output.h"

namespace bp {

void Declaration::declare_bench(CLI::App& app) {
  repeatable(may_be(values,
                    app.add_option("--filter", bench_.filter,
                                   "Only these kernels and shapes (globs over KERNEL/SHAPE; see "
                                   "--list)")
                        ->type_name("GLOB,..."),
                    any_of(kernel_names)));
  repeatable(may_be(
      values,
      app.add_option("--model", bench_.models, "Only the shapes of this model's layers; repeatable")
          ->type_name("MODEL"),
      any_of(model_names)));
  may_be(values,
         app.add_option("--tuning", bench_.tuning,
                        "free: as fast as this GPU can; portable: from PTX for sm_80 within 99 KiB "
                        "of shared memory, as on a GPU of consumer Blackwell; all (default): both")
             ->type_name("NAME"),
         one_of({"free", "portable", "all"}));
  app.add_flag("--warm", bench_.warm,
               "The same inputs for every launch, so that L2 holds what it can of them");
  app.add_option("--min-time", bench_.least_seconds,
                 "Seconds of launches that are timed, for each row (default 0.1)")
      ->type_name("SECONDS")
      ->check(seconds());
  app.add_flag("--list", bench_.list, "Name the kernels and shapes, and time nothing");
  app.add_option("--timeout", bench_.timeout_seconds,
                 "Seconds that one row may take (default 60), with its inputs and its check")
      ->type_name("SECONDS")
      ->check(seconds());
  repeatable(
      app.add_option("--gpu", bench_.gpus, "Only this GPU; repeatable")->type_name("N|UUID"));
  app.add_option("--seed", bench_.seed, "Seed of random inputs (default 1)")
      ->type_name("N")
      ->check(whole_number());
  declare_talk(app, bench_.talk);
  app.add_flag("--identify", bench_.output.identify,
               "Keep UUIDs, PCI addresses, host name and home folders in the report");
  may_be(
      values,
      app.add_option("--libcuda", bench_.libcuda, "The driver library to load")->type_name("PATH"),
      file_called("a libcuda.so"));
  declare_output(app, values, bench_.output, report_formats());
}

}  // namespace bp
