#include <faceptor/core/unicode.hpp>

#include "support/catch.hpp"

using namespace faceptor;

TEST_CASE("names of files can't move a terminal's cursor", "[core][text]") {
  CHECK(text::printable("a\x1b[31mred\nfaceptor: all done\t\x7f") == "a?[31mred?faceptor: all done??");
  CHECK(text::printable("\xC2\x9B"
                        "31m") == "?31m");  // CSI in one character
  CHECK(text::printable("Zo\xC3\xAB \xE5\xB1\xB1 \xFF \xC2\xA0") == "Zo\xC3\xAB \xE5\xB1\xB1 \xFF \xC2\xA0");
  CHECK(text::printable("\xC2") == "\xC2");
  CHECK(text::printable("gpj\xE2\x80\xAEjpg.exe \xE2\x81\xA6\xE2\x80\xA8") ==
        "gpj?jpg.exe ??");  // written from right to left, and a line's end
}

TEST_CASE("letters and their marks are one, as Linux writes them and as Macs do", "[core][text]") {
  CHECK(text::composed("Zoe\xCC\x88") == "Zo\xC3\xAB");
  CHECK(text::composed("Zo\xC3\xAB") == "Zo\xC3\xAB");
  CHECK(text::composed("a\xCC\x82\xCC\x81.jpg") == "\xE1\xBA\xA5.jpg");             // two marks of Vietnamese, one after the other
  CHECK(text::composed("\xD0\xB8\xCC\x86") == "\xD0\xB9");                          // Cyrillic
  CHECK(text::composed("\xE3\x81\x8B\xE3\x82\x99") == "\xE3\x81\x8C");              // kana
  CHECK(text::composed("\xE1\x84\x92\xE1\x85\xA1\xE1\x86\xAB") == "\xED\x95\x9C");  // Hangul
  for (const std::string text : {"", "plain.jpg", "q\xCC\x88", "\xCC\x88", "\xFF\xFE", "\xE3\x81", "\xF0\x9F\x98\x80"})
    CHECK(text::composed(text) == text);
  CHECK(text::composed(std::string("a\0b", 3)) == std::string("a\0b", 3));
}
