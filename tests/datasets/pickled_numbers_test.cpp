#include <faceptor/datasets/pickled_numbers.hpp>

#include <algorithm>
#include <functional>
#include <limits>

#include <faceptor/files/pickle_writer.hpp>

#include "support/error_of.hpp"

using namespace faceptor;
using namespace faceptor::datasets;
using Numbers = std::vector<std::int64_t>;

namespace {

std::span<const std::byte> raw(std::string_view text) { return std::as_bytes(std::span(text)); }

/// What a pickle holds, read by `use`.
template <class Use>
auto of_pickle(const std::function<void(files::pickle::Writer&)>& write, Use&& use) {
  files::pickle::Writer out(3);
  write(out);
  const std::string bytes = out.finish();
  const auto document = files::pickle::parse(raw(bytes), {.allowed = datasets::detail::number_globals(), .where = "a.pkl"});
  return use(document.root());
}

Numbers row(const std::function<void(files::pickle::Writer&)>& write) {
  return of_pickle(write, [](const auto& value) { return datasets::detail::pickled_row(value, "a.pkl, x"); });
}

Numbers rows(std::size_t columns, const std::function<void(files::pickle::Writer&)>& write) {
  return of_pickle(write, [columns](const auto& value) { return datasets::detail::pickled_rows(value, columns, "a.pkl, x"); });
}

/// An array of numpy, as `numpy.core.numeric._frombuffer(bytes, dtype, shape, order)` makes it.
auto array(std::string_view bytes, std::string_view type, const Numbers& shape, std::string_view order = "C") {
  return [=](files::pickle::Writer& out) {
    out.begin_call("numpy.core.numeric", "_frombuffer");
    out.bytes(raw(bytes));
    out.begin_call("numpy", "dtype");
    out.text(type);
    out.end();
    out.begin_tuple();
    for (const auto extent : shape) out.integer(extent);
    out.end();
    out.text(order);
    out.end();
  };
}

}  // namespace

TEST_CASE("whole numbers in lists and tuples, whatever Python calls them", "[data][datasets][pickled_numbers]") {
  CHECK(row([](auto& out) {
          out.begin_list();
          out.integer(-3);
          out.boolean(true);
          out.boolean(false);
          out.integer(std::int64_t{1} << 40);
          out.end();
        }) == Numbers{-3, 1, 0, std::int64_t{1} << 40});
  const auto two = [](auto& out) {
    out.begin_tuple();
    for (int i = 0; i < 2; ++i) {
      out.begin_list();
      out.integer(10 * i);
      out.integer(10 * i + 1);
      out.end();
    }
    out.end();
  };
  CHECK(rows(2, two) == Numbers{0, 1, 10, 11});
  const auto error = error_of([&] { rows(3, two); });
  CHECK(error.code() == ErrorCode::format);
  CHECK(error.where() == "a.pkl, x[0]");
  CHECK(error.expected() == "3");
  CHECK(error.found() == "2");
}

TEST_CASE("arrays of numpy, of any width, sign, byte order and order of rows", "[data][datasets][pickled_numbers]") {
  using std::string_view_literals::operator""sv;
  CHECK(row(array("\x01\xff"sv, "i1", {2})) == Numbers{1, -1});
  CHECK(row(array("\x01\xff"sv, "u1", {2})) == Numbers{1, 255});
  CHECK(row(array("\x01\x02"sv, "<i2", {1})) == Numbers{0x0201});
  CHECK(row(array("\x01\x02"sv, ">i2", {1})) == Numbers{0x0102});
  CHECK(row(array("\x00\x00\x40\x40"sv, "f4", {1})) == Numbers{3});
  CHECK(row(array(""sv, "i8", {0})).empty());
  CHECK(rows(3, array(""sv, "i8", {0, 3})).empty());
  CHECK(rows(3, array("\x01\x02\x03\x04\x05\x06"sv, "u1", {2, 3})) == Numbers{1, 2, 3, 4, 5, 6});
  CHECK(rows(3, array("\x01\x02\x03\x04\x05\x06"sv, "u1", {2, 3}, "F")) == Numbers{1, 3, 5, 2, 4, 6});
}

TEST_CASE("what is no row of whole numbers is refused with its place", "[data][datasets][pickled_numbers]") {
  using std::string_view_literals::operator""sv;
  const auto half = error_of([] { row(array("\x00\x00\x00\x3f"sv, "f4", {1})); });
  CHECK(half.code() == ErrorCode::format);
  CHECK(half.found() == "0.5 at 0");
  const auto text = error_of([] { row([](auto& out) { out.text("abc"); }); });
  CHECK(text.expected() == "a list or an array of numpy");
  CHECK(text.where() == "a.pkl, x");
  const auto inside = error_of([] {
    row([](auto& out) {
      out.begin_list();
      out.integer(1);
      out.text("2");
      out.end();
    });
  });
  CHECK(inside.where() == "a.pkl, x[1]");
  CHECK(error_of([] { row(array("\x01\x02"sv, "c8", {1})); }).code() == ErrorCode::unsupported);
  CHECK(error_of([] { row(array("\x01\x02"sv, "i2", {2})); }).summary() == "data: an array's bytes do not fit its shape");
  CHECK(error_of([] { row(array("\x01\x02"sv, "u1", {1, 2})); }).expected() == "1");
  CHECK(error_of([] { rows(3, array("\x01\x02"sv, "u1", {1, 2})); }).expected() == "n x 3");
  CHECK(error_of([] { row(array("\x01"sv, "u1", {-1})); }).code() == ErrorCode::format);
  CHECK(error_of([] { rows(3, array(""sv, "u1", {-1, 3})); }).code() == ErrorCode::format);
}

TEST_CASE("arrays and numbers as pickles have them by hand", "[data][datasets][pickled_numbers]") {
  using namespace std::string_literals;
  const auto read = [](const std::string& value) {
    const auto bytes = "\x80\x03" + value + ".";
    const auto document = files::pickle::parse(raw(bytes), {.allowed = datasets::detail::number_globals(), .where = "a.pkl"});
    return datasets::detail::pickled_row(document.root(), "a.pkl, x");
  };
  const auto type = [](char order) {
    return "cnumpy\ndtype\nX\2\0\0\0i2K\0K\1\x87R(K\3X\1\0\0\0"s + order + "NNNJ\xff\xff\xff\xffJ\xff\xff\xff\xffK\0tb"s;
  };
  const auto made = [](const std::string& state) {
    return "cnumpy.core.multiarray\n_reconstruct\ncnumpy\nndarray\nK\0\x85"
           "C\1b\x87R("s +
           state + "tb";
  };
  const auto bytes =
      "\x89"
      "C\2\1\2"s;
  CHECK(read(made("K\1K\1\x85"s + type('<') + bytes)) == Numbers{0x0201});
  CHECK(read(made("K\1K\1\x85"s + type('>') + bytes)) == Numbers{0x0102});
  CHECK(read(made("K\1K\2\x85"
                  "cnumpy\ndtype\nX\3\0\0\0|u1K\0K\1\x87R"s +
                  bytes)) == Numbers{1, 2});
  const auto real = [](double value) {
    auto number = "G" + std::string(reinterpret_cast<const char*>(&value), sizeof(value));
    std::reverse(number.begin() + 1, number.end());
    return "](" + number + "e";
  };
  CHECK(read(real(-7)) == Numbers{-7});
  for (const double wrong : {0.5, 1e16, std::numeric_limits<double>::infinity(), std::numeric_limits<double>::quiet_NaN()}) {
    const auto error = error_of([&] { read(real(wrong)); });
    CHECK(error.summary() == "data: a value is no whole number");
    CHECK(error.where() == "a.pkl, x[0]");
  }
  CHECK(error_of([&] { row(array({"\0\0\x80\x7f", 4}, "f4", {1})); }).found() == "inf at 0");

  const auto no_type = error_of([&] { read(made("K\1K\1\x85N"s + bytes)); });
  CHECK(no_type.code() == ErrorCode::unsupported);
  CHECK(no_type.found() == "no dtype");
  CHECK(error_of([&] {
          read(
              made("K\1K\1\x85"
                   "cnumpy\ndtype\n)R"s +
                   bytes));
        }).found() == "no dtype");
  CHECK(error_of([&] { read(made("K\1"s)); }).summary() == "data: a value is no array of numpy");
  CHECK(error_of([&] { read(type('<')); }).found() == "numpy dtype");
  CHECK(error_of([&] { read("cnumpy.core.numeric\n_frombuffer\n)R"); }).found() == "numpy.core.numeric _frombuffer");
  CHECK(error_of([&] { rows(2, array("\1\2", "u1", {2})); }).found() == "2");
}
