#include <gmock/gmock.h>
#include <gtest/gtest.h>
#include <sys/stat.h>
#include <unistd.h>

#include <csignal>
#include <cstdlib>
#include <filesystem>
#include <fstream>
#include <sstream>

#include "cli/output/outputs.h"
#include "cli/output/sink.h"
#include "cli/output/table.h"

namespace bp {
namespace {

namespace fs = std::filesystem;
using testing::HasSubstr;

class Files : public testing::Test {
 protected:
  void SetUp() override {
    std::string name = testing::TempDir() + "outputs.XXXXXX";
    ASSERT_NE(mkdtemp(name.data()), nullptr);
    folder = name;
    std::signal(SIGPIPE, SIG_IGN);
  }
  void TearDown() override { fs::remove_all(folder); }
  static std::string read(const fs::path& path) {
    std::ifstream file(path);
    std::stringstream text;
    text << file.rdbuf();
    return text.str();
  }
  std::size_t entries() const {
    return static_cast<std::size_t>(std::distance(fs::directory_iterator(folder), {}));
  }
  fs::path folder;
};

TEST_F(Files, AppearWholeAndNotBefore) {
  const fs::path path = folder / "report.json";
  auto opened = open_sink(path);
  ASSERT_TRUE(opened.sink) << opened.error;
  EXPECT_FALSE(fs::exists(path));
  EXPECT_EQ(opened.sink->write("hello"), std::nullopt);
  EXPECT_EQ(read(path), "hello");
  EXPECT_EQ(entries(), 1u);
}

TEST_F(Files, ThatAreNotWrittenLeaveNothingBehindAndKeepTheOld) {
  const fs::path path = folder / "report.json";
  std::ofstream(path) << "old";
  { auto opened = open_sink(path); }
  EXPECT_EQ(read(path), "old");
  EXPECT_EQ(entries(), 1u);
}

TEST_F(Files, ThatFailLeaveTheirRoomToTheNext) {
  auto opened = open_sink(folder / "report.json");
  ASSERT_TRUE(opened.sink) << opened.error;
  fs::create_directory(folder / "report.json");  // nothing can be renamed to it
  EXPECT_NE(opened.sink->write("text"), std::nullopt);
  EXPECT_EQ(entries(), 1u) << "before other outputs are written";
}

TEST_F(Files, KeepTheirModeAndFollowLinks) {
  const fs::path path = folder / "real.json";
  std::ofstream(path) << "old";
  fs::permissions(path, fs::perms::owner_read | fs::perms::owner_write);
  fs::create_symlink("real.json", folder / "link.json");
  EXPECT_EQ(open_sink(folder / "link.json").sink->write("new"), std::nullopt);
  EXPECT_TRUE(fs::is_symlink(folder / "link.json"));
  EXPECT_EQ(read(path), "new");
  EXPECT_EQ(fs::status(path).permissions(), fs::perms::owner_read | fs::perms::owner_write);
}

TEST_F(Files, ThatCannotBeAreRefusedBeforeTheWork) {
  EXPECT_THAT(open_sink(folder / "nowhere" / "a.json").error, HasSubstr("folder does not exist"));
  EXPECT_THAT(open_sink(folder).error, HasSubstr("is a folder"));
  EXPECT_THAT(open_sink("").error, HasSubstr("needs a file name"));
  const fs::path fifo = folder / "fifo.json";
  ASSERT_EQ(mkfifo(fifo.c_str(), 0600), 0);
  EXPECT_THAT(open_sink(fifo).error, HasSubstr("nobody reads the pipe"));
}

TEST_F(Files, AFullDiskIsOneSentence) {
  auto opened = open_sink("/dev/full");
  ASSERT_TRUE(opened.sink) << opened.error;
  const auto error = opened.sink->write("hello");
  ASSERT_TRUE(error.has_value());
  EXPECT_THAT(*error, HasSubstr("Cannot write /dev/full: the disk is full"));
}

TEST_F(Files, AFullOutputSpoilsNoOther) {
  OutputOptions options;
  options.files = {"/dev/full", folder / "a.json", folder / "b.txt"};
  auto opened = open_outputs(options, {{"json", {".json"}}, {"text", {".txt"}}}, Print::unasked);
  ASSERT_TRUE(std::holds_alternative<std::vector<Output>>(opened)) << std::get<std::string>(opened);
  auto& outputs = std::get<std::vector<Output>>(opened);
  ASSERT_EQ(outputs.size(), 3u);
  EXPECT_FALSE(write_outputs(outputs, [](const Output& output) {
    if (output.format == "text" && !output.standard) return std::string("text\n");
    return output.format + "\n";
  }));
  EXPECT_EQ(read(folder / "a.json"), "json\n");
  EXPECT_EQ(read(folder / "b.txt"), "text\n");
}

TEST_F(Files, AnOutputThatCannotBeMadeSpoilsNoOther) {
  OutputOptions options;
  options.files = {folder / "a.json", folder / "b.txt"};
  auto opened = open_outputs(options, {{"json", {".json"}}, {"text", {".txt"}}}, Print::unasked);
  EXPECT_FALSE(write_outputs(std::get<std::vector<Output>>(opened), [](const Output& output) {
    if (output.format == "json") throw std::runtime_error("no");
    return std::string("text");
  }));
  EXPECT_FALSE(fs::exists(folder / "a.json"));
  EXPECT_EQ(read(folder / "b.txt"), "text");
}

TEST_F(Files, ASuffixThatNamesNoFormatIsAUsageError) {
  OutputOptions options;
  options.files = {"report.pdf"};
  auto opened = open_outputs(options, {{"json", {".json"}}, {"text", {".txt"}}}, Print::always);
  ASSERT_TRUE(std::holds_alternative<std::string>(opened));
  EXPECT_THAT(std::get<std::string>(opened),
              HasSubstr("report.pdf: the suffix names no format; use one of .json, .txt"));
}

const std::vector<FormatName> some_formats{{"json", {".json"}}, {"text", {".txt"}}, {"nfd", {}}};

TEST_F(Files, AFormatMayBeNamedBeforeTheFile) {
  OutputOptions options;
  options.files = {"nfd:" + (folder / "features").string(), "json:" + (folder / "b.txt").string()};
  auto opened = open_outputs(options, some_formats, Print::unasked);
  ASSERT_TRUE(std::holds_alternative<std::vector<Output>>(opened)) << std::get<std::string>(opened);
  write_outputs(std::get<std::vector<Output>>(opened),
                [](const Output& output) { return output.format; });
  EXPECT_EQ(read(folder / "features"), "nfd");
  EXPECT_EQ(read(folder / "b.txt"), "json");
}

TEST_F(Files, WhatIsNoFormatBelongsToTheName) {
  OutputOptions options;
  options.files = {(folder / "a:b.json").string()};
  auto opened = open_outputs(options, some_formats, Print::unasked);
  ASSERT_TRUE(std::holds_alternative<std::vector<Output>>(opened)) << std::get<std::string>(opened);
  EXPECT_EQ(std::get<std::vector<Output>>(opened).at(0).format, "json");
}

TEST_F(Files, OnePlaceHasOneFormat) {
  const std::string path = folder / "a.json";
  for (const std::vector<std::string>& files :
       {std::vector{path, "text:" + path}, std::vector<std::string>{"json:-", "text:-"}}) {
    OutputOptions options;
    options.files = files;
    auto opened = open_outputs(options, some_formats, Print::unasked);
    ASSERT_TRUE(std::holds_alternative<std::string>(opened));
    EXPECT_THAT(std::get<std::string>(opened), HasSubstr("cannot be both json and text"));
  }
  OutputOptions twice;
  twice.files = {path, path};
  auto opened = open_outputs(twice, some_formats, Print::unasked);
  EXPECT_EQ(std::get<std::vector<Output>>(opened).size(), 1u);
}

TEST(StandardOutput, HasTheFormatThatIsNamedForIt) {
  OutputOptions options;
  options.files = {"nfd:-"};
  auto opened = open_outputs(options, some_formats, Print::always);
  const auto& outputs = std::get<std::vector<Output>>(opened);
  ASSERT_EQ(outputs.size(), 1u);
  EXPECT_EQ(outputs[0].format, "nfd");
  EXPECT_TRUE(outputs[0].standard);
}

TEST_F(Files, WhatIsAddedStandsAfterWhatOthersWrote) {
  const fs::path path = folder / "summary.md";
  for (const char* text : {"one", "two"}) {
    auto opened = open_end_of(path);
    ASSERT_TRUE(opened.sink) << opened.error;
    EXPECT_EQ(opened.sink->write(text), std::nullopt);
  }
  EXPECT_EQ(read(path), "onetwo");
  EXPECT_THAT(open_end_of(folder).error, HasSubstr("is a folder"));
}

TEST(StandardOutput, ADeadPipeIsOneSentence) {
  std::signal(SIGPIPE, SIG_IGN);
  int ends[2];
  ASSERT_EQ(pipe(ends), 0);
  close(ends[0]);
  const int saved = dup(STDOUT_FILENO);
  dup2(ends[1], STDOUT_FILENO);
  const auto error = standard_output()->write("hello");
  dup2(saved, STDOUT_FILENO);
  close(saved);
  close(ends[1]);
  ASSERT_TRUE(error.has_value());
  EXPECT_THAT(*error, HasSubstr("standard output: nobody reads the pipe any more"));
}

TEST(TableText, CsvQuotesWhatNeedsIt) {
  const Table table{{"a", "b"},
                    {{"plain", "with, comma"}, {"say \"hi\"", "two\nlines"}, {"", " "}}};
  EXPECT_EQ(to_csv(table), "a,b\nplain,\"with, comma\"\n\"say \"\"hi\"\"\",\"two\nlines\"\n, \n");
}

TEST(TableText, CsvHoldsNoFormulas) {
  const Table table{{"a", "b", "c", "d", "e", "f", "g"},
                    {{"=1+1", "+cmd|' /C x'!A0", "@SUM(A1)", "-2+3", "-", "-1.5e-3", "\t=a,b"}}};
  EXPECT_EQ(to_csv(table),
            "a,b,c,d,e,f,g\n'=1+1,'+cmd|' /C x'!A0,'@SUM(A1),'-2+3,-,-1.5e-3,\"'\t=a,b\"\n");
}

TEST(TableText, ColumnsAreAligned) {
  EXPECT_EQ(to_text({{"id", "x"}, {{"long name", "1"}, {"b", "22"}}}),
            "id         x\nlong name  1\nb          22\n");
}

}  // namespace
}  // namespace bp
