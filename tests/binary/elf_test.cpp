#include "probes/binary/elf.h"

#include <elf.h>
#include <gtest/gtest.h>

#include <cstring>

namespace bp {
namespace {

/// A file of the header, three sections (null, code, names and symbols' names) and one symbol.
class Elf : public testing::Test {
 protected:
  Elf() {
    constexpr std::string_view names{"\0.text.k\0.names\0.symbols\0k\0", 27};
    const std::size_t names_at = sizeof(Elf64_Ehdr);
    const std::size_t code_at = names_at + 32;
    const std::size_t symbols_at = code_at + 16;
    table_ = symbols_at + sizeof(Elf64_Sym);
    bytes_.resize(table_ + 4 * sizeof(Elf64_Shdr));
    std::memcpy(header_.e_ident, ELFMAG, SELFMAG);
    header_.e_ident[EI_CLASS] = ELFCLASS64;
    header_.e_ident[EI_DATA] = ELFDATA2LSB;
    header_.e_ident[EI_ABIVERSION] = 8;
    header_.e_machine = 190;
    header_.e_flags = 0x06005a04;
    header_.e_shoff = table_;
    header_.e_shentsize = sizeof(Elf64_Shdr);
    header_.e_shnum = 4;
    header_.e_shstrndx = 2;
    std::memcpy(bytes_.data() + names_at, names.data(), names.size());
    Elf64_Sym symbol{};
    symbol.st_name = 25;
    symbol.st_info = ELF64_ST_INFO(STB_GLOBAL, STT_FUNC);
    symbol.st_other = 0x10;
    symbol.st_shndx = 1;
    std::memcpy(bytes_.data() + symbols_at, &symbol, sizeof(symbol));
    sections_[1] = section(1, SHT_PROGBITS, code_at, 16);
    sections_[2] = section(9, SHT_STRTAB, names_at, names.size());
    sections_[3] = section(16, SHT_SYMTAB, symbols_at, sizeof(symbol));
    sections_[3].sh_link = 2;
  }

  static Elf64_Shdr section(unsigned name, unsigned type, std::size_t offset, std::size_t size) {
    Elf64_Shdr made{};
    made.sh_name = name;
    made.sh_type = type;
    made.sh_offset = offset;
    made.sh_size = size;
    return made;
  }

  std::optional<ElfFile> read() {
    std::memcpy(bytes_.data(), &header_, sizeof(header_));
    std::memcpy(bytes_.data() + table_, sections_, sizeof(sections_));
    return read_elf(bytes_);
  }

  Elf64_Ehdr header_{};
  Elf64_Shdr sections_[4]{};
  std::size_t table_ = 0;
  std::vector<std::uint8_t> bytes_;
};

TEST_F(Elf, SectionsAndSymbolsAreNamed) {
  const auto file = read();
  ASSERT_TRUE(file);
  EXPECT_EQ(file->machine, 190);
  EXPECT_EQ(file->abi_version, 8);
  EXPECT_EQ(file->flags, 0x06005a04u);
  ASSERT_EQ(file->sections.size(), 4u);
  EXPECT_EQ(file->sections[1].name, ".text.k");
  EXPECT_EQ(file->sections[1].bytes.size(), 16u);
  EXPECT_EQ(file->sections[1].size, 16u);
  ASSERT_EQ(file->symbols.size(), 1u);
  EXPECT_EQ(file->symbols[0].name, "k");
  EXPECT_EQ(file->symbols[0].section, 1u);
  EXPECT_EQ(file->symbols[0].other, 0x10);
}

TEST_F(Elf, ASectionThatIsOnlyInMemoryHasASizeAndNoBytes) {
  sections_[1].sh_type = SHT_NOBITS;
  sections_[1].sh_size = 42144;
  const auto file = read();
  ASSERT_TRUE(file);
  EXPECT_EQ(file->sections[1].size, 42144u);
  EXPECT_TRUE(file->sections[1].bytes.empty());
}

TEST_F(Elf, AnotherKindOfFileIsNone) {
  EXPECT_FALSE(read_elf({}));
  header_.e_ident[EI_CLASS] = ELFCLASS32;
  EXPECT_FALSE(read());
  header_.e_ident[EI_CLASS] = ELFCLASS64;
  header_.e_ident[EI_DATA] = ELFDATA2MSB;
  EXPECT_FALSE(read());
  header_.e_ident[EI_DATA] = ELFDATA2LSB;
  header_.e_ident[0] = 0;
  EXPECT_FALSE(read());
}

TEST_F(Elf, WhatLiesOutsideOfTheFileIsNotRead) {
  header_.e_shoff = ~std::uint64_t{0} - 8;
  EXPECT_FALSE(read());
  header_.e_shoff = table_;
  header_.e_shnum = 5;
  EXPECT_FALSE(read());
  header_.e_shnum = 4;
  header_.e_shstrndx = 4;
  EXPECT_FALSE(read());
  header_.e_shstrndx = 2;
  sections_[1].sh_size = ~std::uint64_t{0};
  EXPECT_FALSE(read());
  sections_[1].sh_size = 16;
  sections_[1].sh_offset = bytes_.size() + 1;
  EXPECT_FALSE(read());
  sections_[1].sh_offset = table_;
  sections_[1].sh_name = 27;
  EXPECT_FALSE(read());
}

TEST_F(Elf, ANameWithoutAnEndIsDamage) {
  sections_[2].sh_size = 26;
  EXPECT_FALSE(read());
}

TEST_F(Elf, ASymbolTableWithoutNamesIsDamage) {
  sections_[3].sh_link = 4;
  EXPECT_FALSE(read());
  sections_[3].sh_link = 2;
  sections_[3].sh_size -= 1;
  EXPECT_FALSE(read());
}

TEST_F(Elf, AFileWithoutSectionsHasNone) {
  header_.e_shnum = 0;
  const auto file = read();
  ASSERT_TRUE(file);
  EXPECT_TRUE(file->sections.empty());
}

}  // namespace
}  // namespace bp
