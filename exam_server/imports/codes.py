"""The names of what can be wrong with an imported file, and of what is left aside on purpose."""

from enum import StrEnum


class ImportCode(StrEnum):
    """Why a file or a row was refused, or (warnings) why it deserves a look."""

    FILE_EMPTY = "file_empty"
    FILE_TOO_LARGE = "file_too_large"
    TOO_MANY_ROWS = "too_many_rows"
    NO_ROWS = "no_rows"
    ENCODING_NOT_SUPPORTED = "encoding_not_supported"
    NUL_CHARACTER = "nul_character"
    TEXT_TOO_LONG = "text_too_long"
    TEXT_UNREADABLE = "text_unreadable"

    ZIP_DAMAGED = "zip_damaged"
    ZIP_ENCRYPTED = "zip_encrypted"
    ZIP_UNSAFE_NAME = "zip_unsafe_name"
    ZIP_NOT_ONE_XML = "zip_not_one_xml"
    ZIP_BOMB = "zip_bomb"

    XML_MALFORMED = "xml_malformed"
    XML_TRUNCATED = "xml_truncated"
    XML_DTD_FORBIDDEN = "xml_dtd_forbidden"
    XML_TOO_COMPLEX = "xml_too_complex"
    NOT_SIECLE = "not_siecle"

    UAI_MISMATCHED = "uai_mismatched"
    UAI_CHECK_LETTER = "uai_check_letter"
    SIECLE_ID_REQUIRED = "siecle_id_required"
    SIECLE_ID_UNIQUE = "siecle_id_unique"
    INE_FORMAT = "ine_format"
    INE_UNIQUE = "ine_unique"
    LOCAL_ID_UNIQUE = "local_id_unique"
    FAMILY_NAME_REQUIRED = "family_name_required"
    GIVEN_NAME_REQUIRED = "given_name_required"
    SEX_CODE_REQUIRED = "sex_code_required"
    SEX_CODE_INVALID = "sex_code_invalid"
    BIRTHDATE_REQUIRED = "birthdate_required"
    INVALID_BIRTHDATE_FORMAT = "invalid_birthdate_format"
    BIRTHDATE_IMPOSSIBLE = "birthdate_impossible"
    BIRTHDATE_IMPLAUSIBLE = "birthdate_implausible"
    BIRTH_CITY_CODE_REQUIRED_FOR_FR_STUDENT = "birth_city_code_required_for_fr_student"
    INSEE_CODE_INVALID = "insee_code_invalid"
    DIVISION_AMBIGUOUS = "division_ambiguous"

    NOT_A_TEXT_TABLE = "not_a_text_table"
    HEADER_UNKNOWN = "header_unknown"
    COLUMN_MISSING = "column_missing"
    COLUMN_DUPLICATED = "column_duplicated"
    COMPETENCE_UNKNOWN = "competence_unknown"
    FIELD_COUNT = "field_count"
    LINE_TOO_LONG = "line_too_long"
    QUOTES_UNTERMINATED = "quotes_unterminated"
    QUOTES_MISPLACED = "quotes_misplaced"
    IDENTIFIER_REQUIRED = "identifier_required"
    IDENTIFIER_UNIQUE = "identifier_unique"
    VALUE_REQUIRED = "value_required"
    LEVEL_INVALID = "level_invalid"
    PIX_INVALID = "pix_invalid"
    LEVEL_PIX_DISAGREE = "level_pix_disagree"
    DATE_INVALID = "date_invalid"

    JSON_MALFORMED = "json_malformed"
    JSON_SHAPE = "json_shape"
    JSON_KEY_DUPLICATED = "json_key_duplicated"


class SkipReason(StrEnum):
    """Why a row that is in order is not imported."""

    LEFT_SCHOOL = "left_school"
    NO_INE = "no_ine"
    NO_DIVISION = "no_division"
    NO_PROFILE = "no_profile"
