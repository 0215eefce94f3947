"""The OpenAPI description of the interface for livret applications and orientation platforms."""

from collections.abc import Mapping

from exam_server.acts.livret_clients import Scope
from exam_server.domain.json import JSON
from exam_server.exports.livret import REJECTED_LEVEL, LivretStatus
from exam_server.signing.access_tokens import LIFETIME
from question_bank.framework import COMPETENCE_CODES, MAX_LEVEL

VERSION = "1.0.0"
MOST_SCORE = 1024
_INE = "[0-9]{9}[A-Z]{2}|[0-9]{10}[A-Z]|[0-9]{4}A[0-9]{5}[A-Z]"

Schema = Mapping[str, JSON]


def document(base_url: str) -> dict[str, JSON]:
    """The whole description, for a server at this address."""
    return {
        "openapi": "3.1.0",
        "info": {
            "title": "Passation: results for the livret scolaire",
            "version": VERSION,
            "summary": "Certifications of a school's pupils, for the programs that its operator has let in.",
            "description": (
                "Tokens by OAuth 2.0 client credentials. A school's certifications have the shape that LSU "
                "and LSL pull. Nothing about a person stands in an address. A body over 256 KiB is refused "
                "with 413."
            ),
        },
        "servers": [{"url": base_url}],
        "tags": [{"name": "token"}, {"name": "livret"}, {"name": "orientation"}],
        "paths": {
            "/api/application/token": {"post": _token()},
            "/api/organizations/{uai}/certifications": {"get": _certifications()},
            "/api/orientation/certification/search": {"post": _search()},
        },
        "components": {
            "securitySchemes": {
                "oauth2": {
                    "type": "oauth2",
                    "flows": {
                        "clientCredentials": {
                            "tokenUrl": f"{base_url}/api/application/token",
                            "scopes": {
                                str(Scope.CERTIFICATIONS): "the certifications of a school",
                                str(Scope.SEARCH): "one pupil's certification",
                            },
                        }
                    },
                }
            },
            "schemas": {**_token_schemas(), **_livret_schemas(), **_search_schemas(), "Refusal": _refusal()},
        },
    }


# -- operations ------------------------------------------------------------------------------------------


def _token() -> Schema:
    wrong = "one of RFC 6749, section 5.2"
    return {
        "operationId": "token",
        "tags": ["token"],
        "summary": "A token for a program that knows its secret.",
        "description": "The secret may come by HTTP Basic instead of in the body.",
        "security": [],
        "requestBody": {
            "required": True,
            "content": {"application/x-www-form-urlencoded": {"schema": _ref("TokenRequest")}},
        },
        "responses": {
            "200": _json("A token.", "Token"),
            "400": _json(f"{wrong}: invalid_request, invalid_scope, unsupported_grant_type.", "TokenError"),
            "401": _json(f"{wrong}: invalid_client.", "TokenError", _header("WWW-Authenticate")),
            "429": _json("Too many failed requests.", "TokenError", _header("Retry-After")),
        },
    }


def _certifications() -> Schema:
    return {
        "operationId": "certifications",
        "tags": ["livret"],
        "summary": "The latest certification of each pupil of a school.",
        "security": [{"oauth2": [str(Scope.CERTIFICATIONS)]}],
        "parameters": [
            {
                "name": "uai",
                "in": "path",
                "required": True,
                "description": "The school's UAI, in small or capital letters.",
                "schema": {"type": "string", "minLength": 1},
                "example": "0990001N",
            }
        ],
        "responses": {
            "200": _json("The certifications, with the framework.", "Certifications"),
            "204": {"description": "No school has this UAI here, or nobody has sat in it yet."},
            **_guarded("Another scope is needed, or the school is not one of the program's."),
        },
    }


def _search() -> Schema:
    return {
        "operationId": "search",
        "tags": ["orientation"],
        "summary": "One pupil's certification, by INE, by identity or by verification code.",
        "description": (
            "By INE or identity it is the last one of the school year that was not cancelled, by code the "
            "one that has the code. Names are compared without case, accents, spaces and hyphens."
        ),
        "security": [{"oauth2": [str(Scope.SEARCH)]}],
        "requestBody": {"required": True, "content": {"application/json": {"schema": _ref("Search")}}},
        "responses": {
            "200": _json("The certification.", "Certification"),
            "400": _json("The body is none of the three forms.", "Refusal"),
            **_guarded("Another scope is needed, or the school is not one of the program's."),
            "404": _json("There is none.", "Refusal"),
            "409": _json("Several pupils are meant.", "Refusal"),
        },
    }


def _guarded(forbidden: str) -> dict[str, JSON]:
    return {
        "401": _json("No token, or none that is valid.", "Refusal", _header("WWW-Authenticate")),
        "403": _json(forbidden, "Refusal"),
    }


# -- schemas ---------------------------------------------------------------------------------------------


def _token_schemas() -> dict[str, JSON]:
    text: Schema = {"type": "string", "maxLength": 200}
    return {
        "TokenRequest": {
            "type": "object",
            "required": ["grant_type"],
            "properties": {
                "grant_type": {"const": "client_credentials"},
                "client_id": text,
                "client_secret": text,
                "scope": {
                    **text,
                    "description": "Separated by spaces; without it, all the program's scopes.",
                },
            },
        },
        "Token": _object(
            {
                "access_token": {"type": "string"},
                "token_type": {"const": "bearer"},
                "expires_in": {"type": "integer", "const": int(LIFETIME.total_seconds())},
                "scope": {"type": "string"},
                "client_id": {"type": "string"},
            }
        ),
        "TokenError": _object({"error": {"type": "string"}, "error_description": {"type": "string"}}),
    }


def _livret_schemas() -> dict[str, JSON]:
    return {
        "Certifications": _object(
            {
                "certifications": {"type": "array", "items": _ref("LivretCertification")},
                "competences": {
                    "type": "array",
                    "items": _ref("Competence"),
                    "minItems": len(COMPETENCE_CODES),
                    "maxItems": len(COMPETENCE_CODES),
                },
            }
        ),
        "LivretCertification": _livret_certification(),
        "CompetenceResult": _object(
            {
                "level": {
                    "type": "integer",
                    "minimum": REJECTED_LEVEL,
                    "maximum": MAX_LEVEL,
                    "description": (
                        "-1: a level was declared and none was certified. 0: certified at level 0, since "
                        "none was declared."
                    ),
                },
                "competenceId": _competence_code(),
            }
        ),
        "Competence": _object(
            {
                "id": _competence_code(),
                "name": {"type": "string"},
                "area": _object({"id": {"type": "string"}, "name": {"type": "string"}}),
            }
        ),
    }


def _livret_certification() -> Schema:
    name: Schema = {"type": ["string", "null"]}
    return _object(
        {
            "id": {"type": "integer", "minimum": 1, "maximum": 2**53 - 1},
            "firstName": {"type": "string"},
            "middleName": name,
            "thirdName": name,
            "lastName": {"type": "string"},
            "birthdate": {"type": "string", "format": "date"},
            "nationalStudentId": {"type": "string", "description": "INE"},
            "status": _status(),
            "pixScore": _score(),
            "verificationCode": {"type": ["string", "null"], "description": "Null without a certificate."},
            "date": {"type": "string", "format": "date-time", "description": "When it was sat."},
            "deliveredAt": {
                "type": ["string", "null"],
                "format": "date-time",
                "description": "When it was published; null before.",
            },
            "certificationCenter": {"type": "string"},
            "competenceResults": {
                "type": "array",
                "items": _ref("CompetenceResult"),
                "maxItems": len(COMPETENCE_CODES),
                "description": "By competenceId; empty unless it is validated.",
            },
        }
    )


def _search_schemas() -> dict[str, JSON]:
    name: Schema = {"type": "string", "maxLength": 200}
    return {
        "Search": {
            "oneOf": [
                _object({"ine": {"type": "string", "pattern": f"^(?:{_INE})$"}}),
                _object(
                    {
                        "organizationUai": name,
                        "lastName": name,
                        "firstName": name,
                        "birthdate": {"type": "string", "format": "date"},
                    }
                ),
                _object({"verificationCode": {"type": "string", "maxLength": 64}}),
            ]
        },
        "Certification": _certification(),
    }


def _certification() -> Schema:
    competence = _object(
        {
            "code": _competence_code(),
            "name": {"type": "string"},
            "areaName": {"type": "string"},
            "level": {"type": "integer", "minimum": 0, "maximum": MAX_LEVEL},
        }
    )
    return _object(
        {
            "organizationUai": {"type": "string"},
            "ine": {"type": "string"},
            "lastName": {"type": "string"},
            "firstName": {"type": "string"},
            "birthdate": {"type": "string", "format": "date"},
            "status": _status(),
            "pixScore": _score(),
            "globalLevel": {
                "type": "integer",
                "minimum": 0,
                "maximum": MAX_LEVEL,
                "description": "The mean of the sixteen levels, rounded down.",
            },
            "certificationDate": {"type": "string", "format": "date-time"},
            "competences": {"type": "array", "items": competence},
        }
    )


def _refusal() -> Schema:
    said: dict[str, JSON] = {
        "code": {"type": "string"},
        "message": {"type": "string"},
        "remedy": {"type": ["string", "null"]},
    }
    error: Schema = {"type": "object", "required": list(said), "properties": said}
    return _object({"error": error})


# -- pieces ----------------------------------------------------------------------------------------------


def _status() -> Schema:
    return {
        "enum": [str(status) for status in LivretStatus],
        "description": "pending: sat, and not published, or withdrawn to be corrected.",
    }


def _score() -> Schema:
    return {
        "type": "integer",
        "minimum": 0,
        "maximum": MOST_SCORE,
        "description": "0 unless it is validated.",
    }


def _competence_code() -> Schema:
    return {"enum": list(COMPETENCE_CODES)}


def _object(properties: Mapping[str, JSON]) -> Schema:
    """All of its properties are there, and no other."""
    return {
        "type": "object",
        "required": list(properties),
        "properties": properties,
        "additionalProperties": False,
    }


def _ref(name: str) -> Schema:
    return {"$ref": f"#/components/schemas/{name}"}


def _json(description: str, schema: str, headers: Schema | None = None) -> Schema:
    content: Schema = {"application/json": {"schema": _ref(schema)}}
    described: dict[str, JSON] = {"description": description, "content": content}
    return described if headers is None else {**described, "headers": headers}


def _header(name: str) -> Schema:
    return {name: {"schema": {"type": "string"}}}
