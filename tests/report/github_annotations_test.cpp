#include "report/formats/github_annotations.h"

#include <gmock/gmock.h>

#include <vector>

namespace bp::github {
namespace {

TEST(GithubAnnotations, OneLineEach) {
  const std::vector<Annotation> list{{Level::error, "wgmma.bf16", "wrong result"},
                                     {Level::warning, "", "no title"},
                                     {Level::notice, "a", "b"}};
  EXPECT_EQ(write(list),
            "::error title=wgmma.bf16::wrong result\n"
            "::warning::no title\n"
            "::notice title=a::b\n");
}

TEST(GithubAnnotations, NoTextIsAnotherCommandOrEndsItsProperty) {
  const std::vector<Annotation> list{
      {Level::error, "a,file=x::b\nc 100%", "50%\r\n::add-mask::x\x1b[0m%0A"}};
  EXPECT_EQ(
      write(list),
      "::error title=a%2Cfile=x%3A%3Ab\\nc 100%25::50%25\\x0d%0A::add-mask::x\\x1b[0m%250A\n");
}

}  // namespace
}  // namespace bp::github
