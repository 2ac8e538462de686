#include <fmt/format.h>

#include <utility>

#include <faceptor/loading/bad_records.hpp>

namespace faceptor::loading {

bool blames_record(const Error& error) noexcept { return error.code() != ErrorCode::mismatch && error.code() != ErrorCode::internal; }

BadRecords::BadRecords(std::string name, std::size_t size, double limit) : name_(std::move(name)), size_(size), allowed_(0) {
  if (!(limit >= 0 && limit <= 1)) {
    throw Error(ErrorCode::argument, "data: the share of records that may be bad is out of range")
        .expected("0 to 1")
        .found(fmt::format("{:g}", limit));
  }
  allowed_ = static_cast<std::size_t>(limit * static_cast<double>(size));
}

void BadRecords::add(const BadRecord& record) {
  if (!indices_.insert(record.index).second) return;
  if (first_.size() < kKept) first_.push_back(record);
  if (count() <= allowed_) return;
  if (allowed_ == 0) throw record.error;
  throw Error(ErrorCode::format, fmt::format("data: too many bad records of {}", name_))
      .expected(fmt::format("at most {} of {}", allowed_, size_))
      .found(fmt::format("{}; the first: {}", count(), first_.front().error.what()));
}

}  // namespace faceptor::loading
