#pragma once

#include <cstddef>
#include <cstdint>
#include <string>
#include <string_view>

#include <faceptor/core/unicode.hpp>

namespace faceptor::text {
namespace detail {

/// Letters that a mark joins, and what comes of each.
struct Compositions {
  char32_t mark;
  std::u32string_view letters, composed;
};

// Of the Unicode character database, version 14: canonical compositions of two characters. Some letters carry a mark already.
// clang-format off
inline constexpr Compositions kCompositions[] = {
    {0x0300, U"AEIOUaeiouÜüNnЕИеиĒēŌōWwÂâĂăÊêÔôƠơƯưYy",
     U"ÀÈÌÒÙàèìòùǛǜǸǹЀЍѐѝḔḕṐṑẀẁẦầẰằỀềỒồỜờỪừỲỳ"},
    {0x0301, U"AEIOUYaeiouyCcLlNnRrSsZzÜüGgÅåÆæØø¨ΑΕΗΙΟ",
     U"ÁÉÍÓÚÝáéíóúýĆćĹĺŃńŔŕŚśŹźǗǘǴǵǺǻǼǽǾǿ΅ΆΈΉΊΌ"},
    {0x0301, U"ΥΩϊαεηιϋουωϒГКгкÇçĒēÏïKkMmÕõŌōPpŨũWwÂâĂă",
     U"ΎΏΐάέήίΰόύώϓЃЌѓќḈḉḖḗḮḯḰḱḾḿṌṍṒṓṔṕṸṹẂẃẤấẮắ"},
    {0x0301, U"ÊêÔôƠơƯư",
     U"ẾếỐốỚớỨứ"},
    {0x0302, U"AEIOUaeiouCcGgHhJjSsWwYyZzẠạẸẹỌọ",
     U"ÂÊÎÔÛâêîôûĈĉĜĝĤĥĴĵŜŝŴŵŶŷẐẑẬậỆệỘộ"},
    {0x0303, U"ANOanoIiUuVvÂâĂăEeÊêÔôƠơƯưYy",
     U"ÃÑÕãñõĨĩŨũṼṽẪẫẴẵẼẽỄễỖỗỠỡỮữỸỹ"},
    {0x0304, U"AaEeIiOoUuÜüÄäȦȧÆæǪǫÖöÕõȮȯYyИиУуGgḶḷṚṛ",
     U"ĀāĒēĪīŌōŪūǕǖǞǟǠǡǢǣǬǭȪȫȬȭȰȱȲȳӢӣӮӯḠḡḸḹṜṝ"},
    {0x0306, U"AaEeGgIiOoUuУИиуЖжАаЕеȨȩẠạ",
     U"ĂăĔĕĞğĬĭŎŏŬŭЎЙйўӁӂӐӑӖӗḜḝẶặ"},
    {0x0307, U"CcEeGgIZzAaOoBbDdFfHhMmNnPpRrSsŚśŠšṢṣTtW",
     U"ĊċĖėĠġİŻżȦȧȮȯḂḃḊḋḞḟḢḣṀṁṄṅṖṗṘṙṠṡṤṥṦṧṨṩṪṫẆ"},
    {0x0307, U"wXxYyſ",
     U"ẇẊẋẎẏẛ"},
    {0x0308, U"AEIOUaeiouyYΙΥιυϒЕІеіАаӘәЖжЗзИиОоӨөЭэУуЧ",
     U"ÄËÏÖÜäëïöüÿŸΪΫϊϋϔЁЇёїӒӓӚӛӜӝӞӟӤӥӦӧӪӫӬӭӰӱӴ"},
    {0x0308, U"чЫыHhÕõŪūWwXxt",
     U"ӵӸӹḦḧṎṏṺṻẄẅẌẍẗ"},
    {0x0309, U"AaÂâĂăEeÊêIiOoÔôƠơUuƯưYy",
     U"ẢảẨẩẲẳẺẻỂểỈỉỎỏỔổỞởỦủỬửỶỷ"},
    {0x030A, U"AaUuwy",
     U"ÅåŮůẘẙ"},
    {0x030B, U"OoUuУу",
     U"ŐőŰűӲӳ"},
    {0x030C, U"CcDdEeLlNnRrSsTtZzAaIiOoUuÜüGgKkƷʒjHh",
     U"ČčĎďĚěĽľŇňŘřŠšŤťŽžǍǎǏǐǑǒǓǔǙǚǦǧǨǩǮǯǰȞȟ"},
    {0x030F, U"AaEeIiOoRrUuѴѵ",
     U"ȀȁȄȅȈȉȌȍȐȑȔȕѶѷ"},
    {0x0311, U"AaEeIiOoRrUu",
     U"ȂȃȆȇȊȋȎȏȒȓȖȗ"},
    {0x031B, U"OoUu",
     U"ƠơƯư"},
    {0x0323, U"BbDdHhKkLlMmNnRrSsTtVvWwZzAaEeIiOoƠơUuƯư",
     U"ḄḅḌḍḤḥḲḳḶḷṂṃṆṇṚṛṢṣṬṭṾṿẈẉẒẓẠạẸẹỊịỌọỢợỤụỰự"},
    {0x0323, U"Yy",
     U"Ỵỵ"},
    {0x0324, U"Uu",
     U"Ṳṳ"},
    {0x0325, U"Aa",
     U"Ḁḁ"},
    {0x0326, U"SsTt",
     U"ȘșȚț"},
    {0x0327, U"CcGgKkLlNnRrSsTtEeDdHh",
     U"ÇçĢģĶķĻļŅņŖŗŞşŢţȨȩḐḑḨḩ"},
    {0x0328, U"AaEeIiUuOo",
     U"ĄąĘęĮįŲųǪǫ"},
    {0x032D, U"DdEeLlNnTtUu",
     U"ḒḓḘḙḼḽṊṋṰṱṶṷ"},
    {0x032E, U"Hh",
     U"Ḫḫ"},
    {0x0330, U"EeIiUu",
     U"ḚḛḬḭṴṵ"},
    {0x0331, U"BbDdKkLlNnRrTtZzh",
     U"ḆḇḎḏḴḵḺḻṈṉṞṟṮṯẔẕẖ"},
    {0x3099, U"かきくけこさしすせそたちつてとはひふへほうゝカキクケコサシスセソタチツテトハヒフ",
     U"がぎぐげござじずぜぞだぢづでどばびぶべぼゔゞガギグゲゴザジズゼゾダヂヅデドバビブ"},
    {0x3099, U"ヘホウワヰヱヲヽ",
     U"ベボヴヷヸヹヺヾ"},
    {0x309A, U"はひふへほハヒフヘホ",
     U"ぱぴぷぺぽパピプペポ"},
};
// clang-format on

/// The character that begins at a byte, and its length; length 1 and the byte itself, marked as no character, where it is no UTF-8.
struct Decoded {
  char32_t character = 0;
  std::size_t length = 1;
  bool sound = false;
};

FACEPTOR_INLINE Decoded decode_at(std::string_view text, std::size_t at) {
  const auto lead = static_cast<unsigned char>(text[at]);
  if (lead < 0x80) return {lead, 1, true};
  const std::size_t length = lead >> 5 == 6 ? 2 : lead >> 4 == 14 ? 3 : lead >> 3 == 30 ? 4 : 0;
  if (length == 0 || text.size() - at < length) return {lead, 1, false};
  char32_t character = lead & (0x7FU >> length);
  for (std::size_t k = 1; k < length; ++k) {
    const auto next = static_cast<unsigned char>(text[at + k]);
    if (next >> 6 != 2) return {lead, 1, false};
    character = character << 6 | (next & 0x3FU);
  }
  return {character, length, true};
}

FACEPTOR_INLINE void append_utf8(std::string& out, char32_t c) {
  const auto tail = [&](int shift) { out += static_cast<char>(0x80 | ((c >> shift) & 0x3F)); };
  if (c < 0x80) {
    out += static_cast<char>(c);
  } else if (c < 0x800) {
    out += static_cast<char>(0xC0 | (c >> 6));
    tail(0);
  } else if (c < 0x10000) {
    out += static_cast<char>(0xE0 | (c >> 12));
    tail(6), tail(0);
  } else {
    out += static_cast<char>(0xF0 | (c >> 18));
    tail(12), tail(6), tail(0);
  }
}

/// What two characters join to, or 0. Hangul syllables are counted, not listed: 19 leads, 21 vowels, 27 tails and none.
FACEPTOR_INLINE char32_t join(char32_t first, char32_t second) {
  constexpr char32_t kLead = 0x1100, kVowel = 0x1161, kTail = 0x11A7, kSyllable = 0xAC00;
  if (first >= kLead && first < kLead + 19 && second >= kVowel && second < kVowel + 21) {
    return kSyllable + ((first - kLead) * 21 + (second - kVowel)) * 28;
  }
  const bool open = first >= kSyllable && first < kSyllable + 19 * 21 * 28 && (first - kSyllable) % 28 == 0;
  if (open && second > kTail && second < kTail + 28) return first + (second - kTail);
  for (const auto& of_mark : kCompositions) {
    if (of_mark.mark != second) continue;
    if (const auto at = of_mark.letters.find(first); at != std::u32string_view::npos) return of_mark.composed[at];
  }
  return 0;
}

}  // namespace detail

FACEPTOR_INLINE std::string printable(std::string_view text) {
  const auto misleads = [](char32_t c) {
    const bool control = c < 0x20 || (c >= 0x7F && c < 0xA0), line_end = c == 0x2028 || c == 0x2029;
    const bool direction = c == 0x061C || c == 0x200E || c == 0x200F || (c >= 0x202A && c <= 0x202E) || (c >= 0x2066 && c <= 0x2069);
    return control || line_end || direction;
  };
  std::string out;
  out.reserve(text.size());
  for (std::size_t i = 0; i < text.size();) {
    const auto [character, length, sound] = detail::decode_at(text, i);
    if (sound && misleads(character)) {
      out += '?';
    } else {
      out.append(text, i, length);
    }
    i += length;
  }
  return out;
}

FACEPTOR_INLINE std::string composed(std::string_view text) {
  std::string out;
  out.reserve(text.size());
  char32_t waiting = 0;  // the character that marks may still join
  const auto flush = [&] {
    if (waiting != 0) detail::append_utf8(out, waiting);
    waiting = 0;
  };
  for (std::size_t i = 0; i < text.size();) {
    const auto [character, length, sound] = detail::decode_at(text, i);
    const auto joined = sound && waiting != 0 ? detail::join(waiting, character) : 0;
    if (joined != 0) {
      waiting = joined;
    } else {
      flush();
      if (sound && character != 0) {
        waiting = character;
      } else {
        out.append(text, i, length);
      }
    }
    i += length;
  }
  flush();
  return out;
}

}  // namespace faceptor::text
