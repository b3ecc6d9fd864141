// Bit masks and scopes of the driver are told in words; values as in cuda.h 13.0.
#include "probes/survey/attribute_words.h"

#include <gtest/gtest.h>

#include <limits>

namespace bp {
namespace {

TEST(AttributeWords, NameEachHandleTypeOfTheMask) {
  EXPECT_EQ(handle_types_in_words(0), "none");
  EXPECT_EQ(handle_types_in_words(9), "file descriptor, fabric");  // an H200 under Linux
  EXPECT_EQ(handle_types_in_words(15), "file descriptor, Win32 handle, Win32 KMT handle, fabric");
}

TEST(AttributeWords, NameEachWayToFlush) {
  EXPECT_EQ(flush_options_in_words(0), "none");
  EXPECT_EQ(flush_options_in_words(1), "host");
  EXPECT_EQ(flush_options_in_words(3), "host, stream memory operations");
}

TEST(AttributeWords, NameTheScopeOfTheOrdering) {
  EXPECT_EQ(writes_ordering_in_words(0), "none");
  EXPECT_EQ(writes_ordering_in_words(100), "owner");
  EXPECT_EQ(writes_ordering_in_words(200), "all devices");
}

TEST(AttributeWords, WhatANewerDriverSaysIsToldByNumber) {
  EXPECT_EQ(handle_types_in_words(0x30), "bit 4, bit 5");
  EXPECT_EQ(handle_types_in_words(0x21), "file descriptor, bit 5");
  EXPECT_EQ(flush_options_in_words(std::numeric_limits<int>::min()), "bit 31");
  EXPECT_EQ(writes_ordering_in_words(150), "scope 150");
}

}  // namespace
}  // namespace bp
